package org.polykern.agent;

import java.util.ArrayList;
import java.util.List;
import org.polykern.agent.backend.KernelBackend;
import org.polykern.agent.process.ProcessBackend;
import org.polykern.common.task.Tasks;

/** Chooses the backend, and says which and why. */
final class BackendChoice {
  /** {@code summary} is one line for people. */
  record Chosen(KernelBackend backend, String summary) {}

  private BackendChoice() {}

  static Chosen choose(AgentConfig config, AgentHost host, Tasks tasks) {
    return new Chosen(process(config, host, tasks), "Backend: process.");
  }

  /** Every backend that may have left something. */
  static List<KernelBackend> all(AgentConfig config, AgentHost host, Tasks tasks) {
    var backends = new ArrayList<KernelBackend>();
    backends.add(process(config, host, tasks));
    return backends;
  }

  private static ProcessBackend process(AgentConfig config, AgentHost host, Tasks tasks) {
    return new ProcessBackend(
        new ProcessBackend.Settings(
            host.kernelHome(),
            host.libexec(),
            host.kernels(),
            host.instance(),
            host.uid(),
            host.gid(),
            config.pidsLimit(),
            config.interpreters(),
            host.root()),
        tasks);
  }
}
