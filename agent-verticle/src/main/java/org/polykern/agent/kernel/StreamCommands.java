package org.polykern.agent.kernel;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import org.polykern.agent.runnerlink.RunnerLink;
import org.polykern.agent.runnerlink.RunnerQuestion;
import org.polykern.agent.service.ServicePorts;
import org.polykern.agent.tunnel.Target;
import org.polykern.agent.tunnel.Tunnels;
import org.polykern.common.bus.Bytes;
import org.polykern.common.bus.StreamCommand;
import org.polykern.common.bus.StreamCommand.ListServices;
import org.polykern.common.bus.StreamCommand.OpenService;
import org.polykern.common.bus.StreamCommand.OpenTerminal;
import org.polykern.common.bus.StreamCommand.Outcome;
import org.polykern.common.bus.StreamCommand.ReadServiceLog;
import org.polykern.common.bus.StreamCommand.StartService;
import org.polykern.common.bus.StreamCommand.StopService;
import org.polykern.common.id.KernelId;
import org.polykern.common.kernel.ServicePort;
import org.polykern.common.problem.Problem;
import org.polykern.common.problem.ProblemException;

/** Answers what the gateway asks about terminals and services of a kernel. */
public final class StreamCommands {
  /** Calls that come while a kernel restarts wait for it. */
  private static final Duration START_WAIT = Duration.ofSeconds(10);

  /** With the wait for the kernel less than the gateway waits for the answer. */
  private static final Duration SERVICE_LIMIT = Duration.ofSeconds(45);

  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final Duration APPS_LIMIT = Duration.ofSeconds(3);

  /** The runner's own token is good for 10 s. */
  private static final Duration TERMINAL_TOKEN_LIFE = Duration.ofSeconds(9);

  private final Kernels kernels;
  private final HostPorts hostPorts;
  private final Tunnels tunnels;

  StreamCommands(Kernels kernels, HostPorts hostPorts, Tunnels tunnels) {
    this.kernels = kernels;
    this.hostPorts = hostPorts;
    this.tunnels = tunnels;
  }

  /**
   * @throws ProblemException OBJECT_NOT_FOUND for a kernel or service that is not here, UNAVAILABLE
   *     for a kernel that does not run
   */
  public Outcome handle(StreamCommand command) {
    return switch (command) {
      case OpenTerminal open -> openTerminal(open);
      case OpenService open -> openService(open);
      case StartService start -> startService(start);
      case StopService stop -> {
        var kernel = running(stop.kernelId());
        service(kernel, stop.service());
        link(kernel).ask(RunnerQuestion.SHUTDOWN_SERVICE, TextNode.valueOf(stop.service()), LIMIT);
        yield new Outcome.Done();
      }
      case ListServices list -> listServices(list);
      case ReadServiceLog read -> {
        var kernel = running(read.kernelId());
        service(kernel, read.service());
        var answer =
            link(kernel).ask(RunnerQuestion.SERVICE_LOG, TextNode.valueOf(read.service()), LIMIT);
        yield new Outcome.Log(
            answer.path("log").asText(""), answer.path("running").asBoolean(false));
      }
    };
  }

  private Outcome openTerminal(OpenTerminal open) {
    if (!open.name().matches("[A-Za-z0-9_-]{1,64}")) {
      throw Problem.invalid(
              "terminal",
              "Expected a terminal's name of 1 to 64 letters, digits, - and _, but got '"
                  + open.name()
                  + "'.")
          .toException();
    }
    var kernel = running(open.kernelId());
    var record = kernel.record();
    var port = Objects.requireNonNull(record.runner()).streams();
    if (port == 0) {
      throw KernelProblems.noTerminals().toException();
    }
    var question = JsonNodeFactory.instance.objectNode();
    question.put("terminal", open.name()).put("rows", open.rows()).put("cols", open.cols());
    var answer = link(kernel).ask(RunnerQuestion.OPEN_TERMINAL, question, LIMIT);
    var token = answer.path("token").asText("");
    if (!answer.path("status").asText("").equals("opened") || token.isEmpty()) {
      throw KernelProblems.terminalFailed(answer.path("error").asText("")).toException();
    }
    var opening = new Bytes((token + "\n").getBytes(StandardCharsets.UTF_8));
    return give(kernel, new Target(host(record), port, opening, true), TERMINAL_TOKEN_LIFE);
  }

  private Outcome openService(OpenService open) {
    var kernel = running(open.kernelId());
    var service = service(kernel, open.service());
    if (kernel.record().blocksServices()) {
      throw KernelProblems.servicesBlocked().toException();
    }
    var index = open.port() == null ? 0 : service.containerPorts().indexOf(open.port());
    if (index < 0) {
      throw KernelProblems.notItsPort(service, open.port()).toException();
    }
    var port = hostPorts.of(kernel, service).get(index);
    return give(kernel, Target.service(host(kernel.record()), port), Tunnels.TOKEN_LIFE);
  }

  /** The kernel may have ended after it was looked at, and before the token was given. */
  private Outcome give(Kernel kernel, Target target, Duration life) {
    var opened = tunnels.give(kernel.id(), target, life);
    if (kernel.link() == null) {
      tunnels.ended(kernel.id());
    }
    return opened;
  }

  private Outcome startService(StartService start) {
    var kernel = running(start.kernelId());
    var service = service(kernel, start.service());
    if (kernel.record().blocksServices()) {
      return new Outcome.NotStarted("operation blocked", "");
    }
    if (service.protocol().equals(ServicePorts.PREOPEN)) {
      return new Outcome.Started(false); // its user starts it
    }
    var answer =
        link(kernel)
            .ask(RunnerQuestion.START_SERVICE, question(kernel, service, start), SERVICE_LIMIT);
    return switch (answer.path("status").asText("")) {
      case "started" -> new Outcome.Started(false);
      case "running" -> new Outcome.Started(true);
      default ->
          new Outcome.NotStarted(
              answer.path("error").asText("The runner did not say why."),
              answer.path("log").asText(""));
    };
  }

  private JsonNode question(Kernel kernel, ServicePort service, StartService start) {
    var ports = hostPorts.of(kernel, service);
    var question = JsonNodeFactory.instance.objectNode();
    question.put("name", service.name()).put("port", ports.getFirst());
    ports.forEach(question.putArray("ports")::add);
    question.put("protocol", service.protocol());
    var options = question.putObject("options");
    if (!start.arguments().isEmpty()) {
      options.set("arguments", ServiceAnswers.json(start.arguments()));
    }
    if (!start.envs().isEmpty()) {
      options.set("envs", ServiceAnswers.json(start.envs()));
    }
    return question;
  }

  /** A runner that does not tell its definitions still has services. */
  private Outcome listServices(ListServices list) {
    var kernel = kernels.get(list.kernelId());
    var services = kernel.record().made().services();
    JsonNode told = MissingNode.getInstance();
    var link = kernel.link();
    if (link != null) {
      try {
        told = link.ask(RunnerQuestion.GET_APPS, MissingNode.getInstance(), APPS_LIMIT);
      } catch (ProblemException noDefinitions) {
        told = MissingNode.getInstance();
      }
    }
    return new Outcome.Services(ServiceAnswers.services(services, told.path("data")));
  }

  private static ServicePort service(Kernel kernel, String name) {
    return kernel.record().made().services().stream()
        .filter(service -> service.name().equals(name))
        .findFirst()
        .orElseThrow(
            () -> KernelProblems.noService(kernel.record().made().services(), name).toException());
  }

  private static String host(KernelRecord record) {
    return Objects.requireNonNull(record.container()).host();
  }

  private Kernel running(KernelId id) {
    var kernel = kernels.get(id);
    try {
      if (!kernel.awaitRunning(START_WAIT)) {
        throw KernelProblems.notReady(id).toException();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw KernelProblems.notReady(id).toException();
    }
    return kernel;
  }

  private static RunnerLink link(Kernel kernel) {
    var link = kernel.link();
    if (link == null) {
      throw KernelProblems.notReady(kernel.id()).toException();
    }
    return link;
  }
}
