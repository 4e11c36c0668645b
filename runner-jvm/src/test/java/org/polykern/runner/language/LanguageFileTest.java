package org.polykern.runner.language;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

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
}
