package org.polykern.agent;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.polykern.common.id.KernelId;

final class ProcessKernelIT extends KernelContract {
  @Override
  AgentConfig config(Path data) {
    return AgentFixture.process(data);
  }

  @Override
  void killRunner(AgentFixture agent, KernelId kernel) {
    ProcessHandle.allProcesses()
        .filter(process -> environ(process).contains("BACKENDAI_KERNEL_ID=" + kernel))
        .filter(process -> process.info().command().orElse("").endsWith("pk-runner"))
        .forEach(ProcessHandle::destroyForcibly);
  }

  @Override
  String leftovers(AgentFixture agent, KernelId kernel) throws Exception {
    var processes =
        ProcessHandle.allProcesses()
            .filter(process -> environ(process).contains("BACKENDAI_KERNEL_ID=" + kernel))
            .map(process -> process.pid() + " " + process.info().command().orElse("?"))
            .collect(Collectors.joining("\n"));
    try (var groups =
        Files.find(Path.of("/sys/fs/cgroup"), 5, (path, any) -> path.endsWith(kernel.toString()))) {
      return processes + groups.map(Path::toString).collect(Collectors.joining("\n"));
    }
  }

  private static String environ(ProcessHandle process) {
    try {
      return Files.readString(
          Path.of("/proc/" + process.pid() + "/environ"), StandardCharsets.ISO_8859_1);
    } catch (java.io.IOException goneOrNotOurs) {
      return "";
    }
  }
}
