package org.polykern.runner.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.StringLength;

class TemplatePropertyTest {
  private static final Template TEMPLATE =
      new Template(
          Map.of(
              "ports",
              List.of(8888, 9999),
              "runtime_path",
              "/usr/bin/python3",
              "said",
              Map.of("out", "a {ports[0]}", "err", "")));

  private static String fill(String text) throws ServiceException {
    return TEMPLATE.fill(text);
  }

  @Example
  void shouldReplaceWhatIsKnown() throws ServiceException {
    assertThat(fill("--port={ports[0]} {ports[1]}")).isEqualTo("--port=8888 9999");
    assertThat(fill("{ports}")).isEqualTo("[8888, 9999]");
    assertThat(fill("{ runtime_path }{runtime_path}"))
        .isEqualTo("/usr/bin/python3/usr/bin/python3");
    assertThat(fill("${{ports[0]}} ${{ said['out'] }}")).isEqualTo("8888 a {ports[0]}");
    assertThat(fill("{said[err]}{said.out}")).isEqualTo("a {ports[0]}");
  }

  @Example
  void shouldLeaveTheRest() throws ServiceException {
    for (String text :
        List.of(
            "${HOME}/x ${HOME:-${runtime_path}} ${ports[0]} ${open",
            "{unknown} {} { } {0} {a b} {unknown[0]}",
            "{\"a\": {\"b\": [1, 2]}}",
            "{\"a\": {\"b\": {\"c\": 1}}} }",
            "function f() { return; }",
            "$")) {
      assertThat(fill(text)).isEqualTo(text);
    }
  }

  @Example
  void shouldTakeDoubledBracesForSingleOnes() throws ServiceException {
    assertThat(fill("{{ports[0]}}")).isEqualTo("{ports[0]}");
    assertThat(fill("{{{ports[0]}}}")).isEqualTo("{8888}");
    assertThat(fill("{{\"a\": {{\"b\": {ports[0]}}}}}")).isEqualTo("{\"a\": {\"b\": 8888}}");
    assertThat(fill("}}")).isEqualTo("}");
    assertThat(fill("echo ${{HOME}}")).isEqualTo("echo ${HOME}");
  }

  @Example
  void shouldTellWhatAVariableLacks() {
    assertThatThrownBy(() -> fill("{ports[2]}")).hasMessageContaining("{ports[2]}", "there are 2");
    assertThatThrownBy(() -> fill("{said}")).hasMessageContaining("name one");
    assertThatThrownBy(() -> fill("{said[nothing]}")).hasMessageContaining("{said[nothing]}");
    assertThatThrownBy(() -> fill("{ports[99999999999]}")).hasMessageContaining("{ports[");
    assertThatThrownBy(() -> fill("{runtime_path[0]}")).hasMessageContaining("nothing there");
  }

  @Property
  void shouldLeaveTextWithoutBraces(@ForAll String text) throws ServiceException {
    String plain = text.replace("{", "").replace("}", "");
    assertThat(fill(plain)).isEqualTo(plain);
  }

  @Property
  void shouldGiveBackWhatWasDoubled(
      @ForAll @Chars({'{', '}', '"', ':'}) @CharRange(from = 'a', to = 'e') String text)
      throws ServiceException {
    assertThat(fill(text.replace("{", "{{").replace("}", "}}"))).isEqualTo(text);
  }

  @Property
  void shouldNeverFailOnWhatNamesNoVariable(
      @ForAll @StringLength(max = 40) @Chars({'{', '}', '$', '[', ']', ' ', 'x', '0', '.'})
          String text)
      throws ServiceException {
    // Nothing but doubled braces can shorten it, and nothing can lengthen it.
    assertThat(fill(text)).hasSizeBetween(text.length() / 2, text.length());
  }
}
