package org.polykern.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The image recipes fit the runner's languages: what {@code tools/images/build --check} says. */
class RecipesTest {
  private static final Path IMAGES = Repository.root().resolve("tools/images");
  private static final Path LANGUAGES =
      Repository.root().resolve("runner-jvm/src/main/languages").toAbsolutePath();

  private record Answer(int code, String text) {}

  private static Answer run(Path program, Object... arguments) throws Exception {
    var command = new ArrayList<String>();
    command.add(program.toString());
    for (var argument : arguments) {
      command.add(argument.toString());
    }
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    var text = new String(process.getInputStream().readAllBytes(), UTF_8);
    return new Answer(process.waitFor(), text);
  }

  private static void copyLanguages(Path to) throws IOException {
    try (var files = Files.newDirectoryStream(LANGUAGES, "*.language")) {
      for (var file : files) {
        Files.copy(file, to.resolve(file.getFileName()));
      }
    }
  }

  @Test
  void everyLanguageHasAnImageAndEveryImageALanguage() throws Exception {
    var answer = run(IMAGES.resolve("build"), "--check");

    assertThat(answer.text()).contains("recipes fit").doesNotContain("Expected");
    assertThat(answer.code()).isZero();
  }

  @Test
  void aLanguageWithoutAnImageIsNamed(@TempDir Path folder) throws Exception {
    copyLanguages(folder);
    Files.writeString(folder.resolve("klingon.language"), "title Klingon\nprograms klingon\n");

    var answer = run(IMAGES.resolve("build"), "--check", folder);

    assertThat(answer.text()).contains("Expected a recipe").contains("klingon.language");
    assertThat(answer.code()).isEqualTo(1);
  }

  @Test
  void anImageWhoseProgramItsLanguageDoesNotKnowIsNamed(@TempDir Path folder) throws Exception {
    copyLanguages(folder);
    Files.writeString(folder.resolve("lua.language"), "title Lua\nprograms luajit\n");

    var answer = run(IMAGES.resolve("build"), "--check", folder);

    assertThat(answer.text()).contains("lua.recipe has /usr/bin/lua5.4");
    assertThat(answer.code()).isEqualTo(1);
  }

  @Test
  void aDockerfileHoldsWhatTheRecipesBelowSay() throws Exception {
    var answer = run(IMAGES.resolve("dockerfile"), "jupyter");

    assertThat(answer.text())
        .contains("FROM debian:bookworm-slim\n")
        .contains("install ca-certificates python3 python3-ipykernel \\\n")
        .contains("rm -rf /usr/lib/python3.11/EXTERNALLY-MANAGED")
        .contains("\"ai.backend.runtime-type\"=\"jupyter\"")
        .contains("\"ai.backend.base-distro\"=\"debian12\"")
        .containsOnlyOnce("useradd --uid 9001");
    assertThat(answer.code()).isZero();
  }
}
