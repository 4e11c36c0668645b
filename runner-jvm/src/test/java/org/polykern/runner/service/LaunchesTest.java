package org.polykern.runner.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.polykern.jail.rule.EnvironmentRules;
import org.polykern.runner.json.JsonText;
import org.polykern.runner.language.InterpreterProgram;
import org.polykern.runner.loop.EventLoop;
import org.polykern.runner.spawn.LocalSpawner;
import org.polykern.runner.spawn.Spawner;

/** What is started, as argument vector and environment. */
class LaunchesTest {
  @TempDir Path directory;

  private final Map<String, String> environment =
      new HashMap<>(
          Map.of(
              "PATH",
              "/usr/bin:/bin",
              "LD_LIBRARY_PATH",
              "/a:/opt/backend.ai/lib:/b",
              "HOME",
              "/h"));

  private Launches launches() throws Exception {
    return new Launches(
        new ServiceSurroundings(
            new LocalSpawner(),
            new EventLoop(line -> {}),
            line -> {},
            new InterpreterProgram("/bin/sh", List.of(), environment, directory),
            EnvironmentRules.DEFAULT,
            directory,
            Path.of("src/main/languages"),
            null,
            "0.0.0.0",
            ServiceSurroundings.Limits.DEFAULT));
  }

  private Spawner.Program program(
      Map<String, ?> definition, Map<String, List<String>> arguments, Map<String, String> envs)
      throws Exception {
    Files.writeString(directory.resolve("web.json"), JsonText.of(definition));
    return program(new ServiceRequest("web", 8888, List.of(8888, 9999), "http", arguments, envs));
  }

  private Spawner.Program program(ServiceRequest request) throws Exception {
    Launches launches = launches();
    return launches
        .of(request)
        .program()
        .make(launches.template(request, Map.of("said", Map.of("out", "x y", "err", ""))));
  }

  @Test
  void shouldHandArgumentsToAScriptAsItsWords() throws Exception {
    Map<String, ?> definition =
        Map.of(
            "command", "exec serve ${HOME} {ports[1]}\n",
            "shell", "sh",
            "allowed_arguments", List.of("--x"));
    assertThat(program(definition, Map.of(), Map.of()).argv())
        .containsExactly("/usr/bin/sh", "-c", "exec serve ${HOME} 9999\n", "web");
    assertThat(program(definition, Map.of("--x", List.of("$(reboot); {ports}")), Map.of()).argv())
        .containsExactly(
            "/usr/bin/sh",
            "-c",
            "exec serve ${HOME} 9999 \"$@\"",
            "web",
            "--x",
            "$(reboot); {ports}");
  }

  @Test
  void shouldSplitACommandWithoutAShell() throws Exception {
    Map<String, Object> definition = new HashMap<>();
    definition.put("command", "{runtime_path} -c 'echo {said[out]}' \"$HOME\"");
    definition.put("shell", null);
    definition.put("default_arguments", Map.of("--port", "{ports[0]}"));
    assertThat(program(definition, Map.of(), Map.of()).argv())
        .containsExactly("/bin/sh", "-c", "echo x y", "$HOME", "--port", "8888");
    definition.put("command", "''");
    assertThatThrownBy(() -> program(definition, Map.of(), Map.of()))
        .hasMessageContaining("its command is empty");
  }

  @Test
  void shouldAddToTheEnvironmentWhatTheOperatorLetsPass() throws Exception {
    Map<String, ?> definition =
        Map.of(
            "command", List.of("sh"),
            "env", Map.of("P{ports[0]}", "{ports[1]}", "LD_AUDIT", "/x.so", "MINE", "default"),
            "allowed_envs", List.of("MINE", "LD_PROFILE"));
    Map<String, String> made =
        program(definition, Map.of(), Map.of("MINE", "{ports[0]}", "LD_PROFILE", "x"))
            .environment();
    assertThat(made)
        .isEqualTo(
            Map.of(
                "PATH", "/usr/bin:/bin",
                "HOME", "/h",
                "LD_LIBRARY_PATH", "/a:/b",
                "P8888", "9999",
                "MINE", "{ports[0]}"));
    assertThatThrownBy(() ->
            program(Map.of("command", List.of("sh"), "env", Map.of("A=B", "")), Map.of(), Map.of()))
        .hasMessageContaining("web.json: Expected the name of a variable");
  }

  @Test
  void shouldRunWhatIsBuiltInWhereNothingIsDefined() throws Exception {
    Spawner.Program jupyter =
        program(new ServiceRequest("jupyter", 8888, List.of(8888), "http", Map.of(), Map.of()));
    assertThat(jupyter.argv()).startsWith("/bin/sh", "-c");
    assertThat(jupyter.environment())
        .containsEntry("PORT", "8888")
        .containsEntry("BIND", "0.0.0.0")
        .containsEntry("RT", "/bin/sh");
    assertThatThrownBy(() ->
            program(
                new ServiceRequest(
                    "jupyter", 1, List.of(1), "http", Map.of("-x", List.of()), Map.of())))
        .hasMessageContaining("Expected no arguments for the service jupyter");
    Files.writeString(directory.resolve("jupyter.json"), "{\"command\": [\"sh\", \"mine\"]}");
    assertThat(
            program(new ServiceRequest("jupyter", 1, List.of(1), "http", Map.of(), Map.of()))
                .argv())
        .containsExactly("/usr/bin/sh", "mine");
  }
}
