package org.polykern.runner.language;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InterpreterProgramTest {
  @TempDir Path directory;

  private InterpreterProgram program(@Nullable String path, String... names) {
    Map<String, String> environment = Map.of("PATH", "/nowhere::" + directory);
    return new InterpreterProgram(path, List.of(names), environment, directory);
  }

  private String executable(String name) throws IOException {
    Path file = directory.resolve(name);
    Files.createDirectories(file.getParent());
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    return file.toString();
  }

  @Test
  void shouldTakeTheFirstNameThatThereIs() throws IOException {
    String lua = executable("lua");
    String absolute = executable("opt/lua5.4");
    assertThat(program(null, "lua5.4", "lua").executable()).isEqualTo(lua);
    assertThat(program(null, "/nowhere/lua", absolute, "lua").executable()).isEqualTo(absolute);
    assertThat(program(null, "/nowhere/lua", "lua", absolute).executable()).isEqualTo(lua);
  }

  @Test
  void shouldTakeThePathOfTheImageAndNoOther() throws IOException {
    String lua = executable("lua");
    assertThat(program(lua, "sh").executable()).isEqualTo(lua);
    assertThatThrownBy(() -> program("/nowhere/lua", "lua").executable())
        .hasMessageContaining("/nowhere/lua");
  }

  @Test
  void shouldNotLookUpAnAbsolutePath() throws IOException {
    executable("opt/lua");
    assertThatThrownBy(() -> program(null, "/opt/lua").executable())
        .hasMessageContaining("/opt/lua")
        .hasMessageContaining("PATH");
  }
}
