package org.polykern.accel;

import java.util.Set;

/**
 * Where the container will run, as far as it matters to devices.
 *
 * @param runtimes names of the engine's runtimes, such as {@code nvidia}; empty for {@link
 *     Kind#PROCESS}
 * @param deviceKinds kinds of devices for which the engine finds CDI specifications, such as {@code
 *     nvidia.com/gpu}; empty when it does not speak CDI
 */
public record Target(Kind kind, Set<String> runtimes, Set<String> deviceKinds) {
  /** A local process without an engine. */
  public static final Target PROCESS = new Target(Kind.PROCESS, Set.of(), Set.of());

  /** What runs it. */
  public enum Kind {
    /** A container engine with Docker's API. */
    ENGINE,
    /**
     * A process of the host in a cgroup: of the arguments, environment, device nodes, preload
     * libraries and groups count; mounts do where it has a mount namespace.
     */
    PROCESS
  }

  public Target {
    runtimes = Set.copyOf(runtimes);
    deviceKinds = Set.copyOf(deviceKinds);
  }
}
