package org.polykern.agent.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.polykern.agent.AgentFixture;
import org.polykern.agent.jail.JailMode;
import org.polykern.agent.jail.JailSettings;
import org.polykern.agent.jail.JailUsers;
import org.polykern.agent.kernel.Parts;
import org.polykern.common.bus.RunCommand.Execute;
import org.polykern.common.bus.RunCommand.Mode;
import org.polykern.common.bus.RunCommand.Outcome;
import org.polykern.common.id.KernelId;
import org.polykern.common.id.RunId;
import org.polykern.common.kernel.KernelState;
import org.polykern.common.task.Tasks;

/** The process backend as an ordinary user has it: no namespaces, no cgroups, no other user. */
final class PlainProcessIT {
  @TempDir Path root;
  private ProcessBackend backend;
  private Parts parts;
  private final KernelId kernel = KernelId.random();

  @BeforeEach
  void start() {
    start(JailMode.OFF);
  }

  private void start(JailMode jail) {
    var tasks = new Tasks("t", Duration.ofSeconds(1));
    backend =
        new ProcessBackend(
            new ProcessBackend.Settings(
                AgentFixture.kernelHome(),
                root.resolve("libexec"),
                root.resolve("kernels"),
                "0123456789ab",
                new JailUsers(0, 0, 0),
                jail != JailMode.OFF,
                512,
                List.of("/usr/bin/python3", "/usr/local/bin/python3"),
                false),
            tasks);
    parts =
        new Parts(
            root.resolve("kernels"),
            new JailSettings(jail, AgentFixture.kernelHome(), null, null),
            backend,
            tasks);
    parts.start(Parts.spec(kernel, backend.images().getFirst().name(), 512 << 20), 1);
    parts.await(KernelState.RUNNING);
  }

  @AfterEach
  void stop() {
    backend.removeStrays(Set.of());
    parts.close();
  }

  private Outcome run(String code) {
    return parts
        .parts
        .runCommands()
        .handle(
            new Execute(
                kernel, new RunId("r" + code.hashCode()), Mode.QUERY, code, Map.of(), 10_000, 50));
  }

  /** Its runner has no user of its own: mode m1. */
  @Test
  void shouldJailProgramsAllTheSame() {
    stop();
    start(JailMode.ENFORCE);
    var code = "import os; open('x', 'w').close(); os.chmod('x', 0o4755)";
    assertThat(run(code))
        .isInstanceOfSatisfying(
            Outcome.Result.class,
            result ->
                assertThat(result.console().toString())
                    .contains("is not allowed by policy 'python'", "PermissionError"));
    assertThat(run("import os; os.kill(os.getppid(), 9)"))
        .isInstanceOfSatisfying(
            Outcome.Result.class,
            result -> assertThat(result.console().toString()).contains("PermissionError"));
  }

  @Test
  void shouldSayWhatIsMissing() {
    assertThat(String.join("\n", backend.missingIsolation()))
        .contains("namespaces", "'memory'", "'pids'", "network");
  }

  @Test
  void shouldRunCodeInTheScratchDirectoryAndEndAll() {
    assertThat(run("import os; print(os.getcwd())"))
        .isInstanceOfSatisfying(
            Outcome.Result.class,
            result ->
                assertThat(result.console().getFirst().text())
                    .isEqualTo(parts.store.dirs(kernel).work() + "\n"));
    run("import subprocess; subprocess.Popen(['sleep', '1000'], start_new_session=True)");
    assertThat(ProcessTree.marked("BACKENDAI_KERNEL_ID=" + kernel, "BACKENDAI_KERNEL_ID="))
        .isNotEmpty();
    parts.stop(kernel, 1);
    parts.await(KernelState.TERMINATED);
    assertThat(ProcessTree.marked("BACKENDAI_KERNEL_ID=" + kernel, "BACKENDAI_KERNEL_ID="))
        .isEmpty();
  }
}
