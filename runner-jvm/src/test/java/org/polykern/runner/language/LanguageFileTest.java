package org.polykern.runner.language;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LanguageFileTest {
  private static LanguageFile parse(String text) throws IOException {
    return LanguageFile.parse("lua", Path.of("lua.language"), text.lines().toList());
  }

  @Test
  void shouldReadKeysWordsAndScripts() throws IOException {
    LanguageFile lua =
        parse(
            """
            # Lua
            title     Lua
            programs  lua5.4 lua
            exec
                need main.lua
                if true; then
                  exec "$RT" main.lua
                fi

            suffix    .lua
            """);
    assertThat(lua.words("programs")).containsExactly("lua5.4", "lua");
    assertThat(lua.value("exec"))
        .isEqualTo("need main.lua\nif true; then\n  exec \"$RT\" main.lua\nfi");
    assertThat(lua.value("suffix")).isEqualTo(".lua");
    assertThat(lua.value("build")).isNull();
  }

  @Test
  void shouldNameFileLineAndKey() {
    assertThatThrownBy(() -> parse("title Lua\nprograms lua\nexce x\n"))
        .hasMessageContaining("lua.language, line 3")
        .hasMessageContaining("\"exce\"");
    assertThatThrownBy(() -> parse("  title Lua")).hasMessageContaining("indented");
    assertThatThrownBy(() -> parse("title A\ntitle B")).hasMessageContaining("twice");
    assertThatThrownBy(() -> parse("title Lua")).hasMessageContaining("\"programs\"");
  }

  @Test
  void shouldHaveServices(@TempDir Path folder) throws IOException {
    LanguageFile lua =
        parse(
            """
            title     Lua
            programs  lua
            service board:http:6006 board-server
                mkdir -p logs
                exec board
            service other:tcp:7000
                exec other
            """);
    assertThat(lua.services())
        .isEqualTo(Map.of("board", "mkdir -p logs\nexec board", "other", "exec other"));
    assertThatThrownBy(() -> parse("service board http\n"))
        .hasMessageContaining("line 1: expected NAME:PROTOCOL:PORT")
        .hasMessageContaining("\"board http\"");
    assertThatThrownBy(() -> parse("service a:tcp:1\nservice a:http:2\n"))
        .hasMessageContaining("\"service a\" once");
    Path common = folder.resolve("common.services");
    assertThat(LanguageFile.services(common)).isEmpty();
    Files.writeString(common, "# all\nservice a:tcp:1\n    b\n");
    assertThat(LanguageFile.services(common)).isEqualTo(Map.of("a", "b"));
    Files.writeString(common, "title Lua\n");
    assertThatThrownBy(() -> LanguageFile.services(common))
        .hasMessageContaining("expected one of [service]");
  }
}
