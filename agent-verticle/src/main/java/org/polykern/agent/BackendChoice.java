package org.polykern.agent;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.polykern.agent.backend.KernelBackend;
import org.polykern.agent.docker.DockerBackend;
import org.polykern.agent.docker.DockerSettings;
import org.polykern.agent.jail.JailMode;
import org.polykern.agent.process.ProcessBackend;
import org.polykern.common.problem.Problem;
import org.polykern.common.problem.ProblemCode;
import org.polykern.common.task.Tasks;

/** Chooses the backend, and says which and why. */
final class BackendChoice {
  private static final String BUILD = "./polykern images build python";

  /** {@code summary} is one line for people. */
  record Chosen(KernelBackend backend, String summary) {}

  private BackendChoice() {}

  /**
   * @param inUse backends that have kernels from before: auto stays with them
   * @throws org.polykern.common.problem.ProblemException UNAVAILABLE when docker is asked for and
   *     does not answer
   */
  static Chosen choose(AgentConfig config, AgentHost host, Set<String> inUse, Tasks tasks) {
    if (config.backend() == BackendKind.PROCESS) {
      return new Chosen(process(config, host, tasks), "Backend process, as configured.");
    }
    var probe = DockerBackend.probe(docker(config, host), tasks);
    if (config.backend() == BackendKind.DOCKER) {
      var backend =
          probe
              .backend()
              .orElseThrow(() ->
                  Problem.of(
                          ProblemCode.UNAVAILABLE,
                          "Expected a container engine at "
                              + config.dockerHost()
                              + ", but it does not answer ("
                              + probe.failure()
                              + "); start it, or use backend = \"process\".")
                      .toException());
      var hint =
          backend.hasLabelledImage()
              ? ""
              : " It has no image made for kernels yet; build one with: " + BUILD;
      return new Chosen(backend, "Backend docker, as configured." + hint);
    }
    return auto(config, host, probe, inUse, tasks);
  }

  /** Every backend that may have left something. */
  static List<KernelBackend> all(AgentConfig config, AgentHost host, Tasks tasks) {
    var backends = new ArrayList<KernelBackend>();
    backends.add(process(config, host, tasks));
    DockerBackend.probe(docker(config, host), tasks).backend().ifPresent(backends::add);
    return backends;
  }

  /** Those that have kernels from before but are not the chosen one. */
  static List<KernelBackend> others(
      AgentConfig config, AgentHost host, KernelBackend chosen, Set<String> inUse, Tasks tasks) {
    if (inUse.isEmpty() || inUse.equals(Set.of(chosen.name()))) {
      return List.of();
    }
    return all(config, host, tasks).stream()
        .filter(backend -> !backend.name().equals(chosen.name()))
        .toList();
  }

  private static Chosen auto(
      AgentConfig config,
      AgentHost host,
      DockerBackend.Probe probe,
      Set<String> inUse,
      Tasks tasks) {
    if (inUse.equals(Set.of("process"))) {
      probe.backend().ifPresent(DockerBackend::close);
      return new Chosen(
          process(config, host, tasks),
          "Backend process: it still runs kernels from before; stop them to choose anew.");
    }
    if (probe.backend().isPresent()) {
      var backend = probe.backend().get();
      if (backend.hasLabelledImage()) {
        return new Chosen(backend, "Backend docker: the engine answers and has kernel images.");
      }
      backend.close();
      return new Chosen(
          process(config, host, tasks),
          "Backend process: the container engine answers but has no image made for kernels; build"
              + " one with: "
              + BUILD);
    }
    return new Chosen(
        process(config, host, tasks),
        "Backend process: no container engine answers at "
            + config.dockerHost()
            + " ("
            + probe.failure()
            + ").");
  }

  private static DockerSettings docker(AgentConfig config, AgentHost host) {
    return new DockerSettings(
        config.dockerHost(),
        config.bridge(),
        config.id().value(),
        host.instance(),
        host.kernelHome(),
        host.users(),
        config.pidsLimit());
  }

  private static ProcessBackend process(AgentConfig config, AgentHost host, Tasks tasks) {
    return new ProcessBackend(
        new ProcessBackend.Settings(
            host.kernelHome(),
            host.libexec(),
            host.kernels(),
            host.instance(),
            host.users(),
            config.jail() != JailMode.OFF,
            config.pidsLimit(),
            config.interpreters(),
            host.root()),
        tasks);
  }
}
