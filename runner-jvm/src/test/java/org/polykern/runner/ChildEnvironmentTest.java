package org.polykern.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChildEnvironmentTest {
  private static final Path WORK = Path.of("/home/work");

  @Test
  void shouldLetTheAgentWin() {
    Map<String, String> variables =
        ChildEnvironment.of(
            Map.of("LANG", "de_DE", "OWN", "1", "SHELL", "/bin/ash"),
            Map.of("TERM", "dumb", "OWN", "2"),
            List.of(),
            WORK);
    assertThat(variables)
        .containsEntry("LANG", "C.UTF-8")
        .containsEntry("HOME", "/home/work")
        .containsEntry("USER", "work")
        .containsEntry("SHELL", "/bin/ash")
        .containsEntry("TERM", "dumb")
        .containsEntry("OWN", "2");
  }

  @Test
  void shouldPutTheUsersProgramsFirstAndOnce() {
    String own = "/usr/bin:/home/work/.local/bin:/bin";
    assertThat(ChildEnvironment.of(Map.of("PATH", own), Map.of(), List.of(), WORK).get("PATH"))
        .startsWith("/home/work/.local/bin:")
        .endsWith("/usr/bin:/bin");
    assertThat(ChildEnvironment.of(Map.of(), Map.of(), List.of(), WORK).get("PATH"))
        .endsWith("/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
  }

  @Test
  void shouldAddWhatTheLanguageNeeds() {
    Map<String, String> variables =
        ChildEnvironment.of(
            Map.of("PATH", "/bin", "GOROOT", "/opt/go"),
            Map.of("GOFLAGS", "-x"),
            List.of(
                "GOPATH={work}/go", "GOROOT=/usr/go", "GOFLAGS=-y", "PATH={path}:{work}/go/bin"),
            WORK);
    assertThat(variables)
        .containsEntry("GOPATH", "/home/work/go")
        .containsEntry("GOROOT", "/opt/go")
        .containsEntry("GOFLAGS", "-x");
    assertThat(variables.get("PATH"))
        .startsWith("/home/work/.local/bin:")
        .endsWith("/bin:/home/work/go/bin");
  }

  @Test
  void shouldPreloadTheLibraryBeforeWhatTheAgentPreloads(@TempDir Path home) throws IOException {
    Path library = Files.createFile(home.resolve("library.so"));
    Map<String, String> variables = new HashMap<>();
    ChildEnvironment.preload(variables, library);
    assertThat(variables).containsExactly(Map.entry("LD_PRELOAD", library.toString()));
    variables.put("LD_PRELOAD", "theirs.so");
    ChildEnvironment.preload(variables, library);
    assertThat(variables).containsExactly(Map.entry("LD_PRELOAD", library + ":theirs.so"));
  }

  @Test
  void shouldPreloadNothingThatIsMissingOrCannotBeNamed(@TempDir Path home) throws IOException {
    Map<String, String> variables = new HashMap<>();
    ChildEnvironment.preload(variables, home.resolve("library.so"));
    ChildEnvironment.preload(variables, Files.createFile(home.resolve("a library.so")));
    ChildEnvironment.preload(variables, Files.createFile(home.resolve("a:library.so")));
    assertThat(variables).isEmpty();
  }
}
