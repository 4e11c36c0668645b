package org.polykern.common.bus;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.polykern.common.id.KernelId;

/**
 * Terminals and services of a kernel, to its agent. Bytes never ride on the bus: opening answers
 * where they are ({@code docs/streams.md}). An unknown kernel is a Problem OBJECT_NOT_FOUND.
 */
public sealed interface StreamCommand {
  KernelId kernelId();

  /**
   * A view of a terminal, made when there is none of this name; answered by {@link Outcome.Opened}.
   *
   * @param name 1 to 64 letters, digits, {@code -}, {@code _}
   */
  record OpenTerminal(KernelId kernelId, String name, int rows, int cols)
      implements StreamCommand {}

  /**
   * A connection to a service that was started; answered by {@link Outcome.Opened}. A port that is
   * not the service's is a Problem BAD_REQUEST, an unknown service OBJECT_NOT_FOUND.
   *
   * @param port container port, null = the service's first
   */
  record OpenService(KernelId kernelId, String service, @Nullable Integer port)
      implements StreamCommand {}

  /**
   * Makes a service run; at once when it does. Answered by {@link Outcome.Started} or {@link
   * Outcome.NotStarted}; unknown services are a Problem OBJECT_NOT_FOUND.
   *
   * @param arguments option name to null, a text, or a list of texts
   */
  record StartService(
      KernelId kernelId, String service, Map<String, String> envs, Map<String, Object> arguments)
      implements StreamCommand {
    public StartService {
      envs = Map.copyOf(envs);
      // Not Map.copyOf: values may be null.
      arguments = Collections.unmodifiableMap(new LinkedHashMap<>(arguments));
    }
  }

  /** Ends a service's process; answered by {@link Outcome.Done}, also when none runs. */
  record StopService(KernelId kernelId, String service) implements StreamCommand {}

  /** All services of the kernel; answered by {@link Outcome.Services}. */
  record ListServices(KernelId kernelId) implements StreamCommand {}

  /** The end of what a service wrote; answered by {@link Outcome.Log}. */
  record ReadServiceLog(KernelId kernelId, String service) implements StreamCommand {}

  /**
   * A service as clients may know it.
   *
   * @param urlTemplate with {@code {protocol}}, {@code {host}}, {@code {port}}; null = none
   * @param allowedArguments null = the definition says nothing
   * @param allowedEnvs null = the definition says nothing
   */
  record Service(
      String name,
      String protocol,
      List<Integer> ports,
      @Nullable String urlTemplate,
      @Nullable List<String> allowedArguments,
      @Nullable List<String> allowedEnvs) {
    public Service {
      ports = List.copyOf(ports);
      allowedArguments = allowedArguments == null ? null : List.copyOf(allowedArguments);
      allowedEnvs = allowedEnvs == null ? null : List.copyOf(allowedEnvs);
    }
  }

  /** Every answer. */
  sealed interface Outcome {
    /** Connect there within a minute and send {@code token}, which is good once, and a LF. */
    record Opened(String host, int port, String token) implements Outcome {
      @Override
      public String toString() {
        return "Opened[" + host + ":" + port + "]"; // a token has no place in a log
      }
    }

    /** The service runs; {@code already}: it did before. */
    record Started(boolean already) implements Outcome {}

    /** It does not run: why, in a sentence, and the end of what it wrote (may be empty). */
    record NotStarted(String error, String log) implements Outcome {}

    record Services(List<Service> services) implements Outcome {
      public Services {
        services = List.copyOf(services);
      }
    }

    record Log(String text, boolean running) implements Outcome {}

    record Done() implements Outcome {}
  }
}
