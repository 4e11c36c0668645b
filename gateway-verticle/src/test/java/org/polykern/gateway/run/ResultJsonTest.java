package org.polykern.gateway.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.polykern.common.bus.RunCommand.ConsoleItem;
import org.polykern.common.bus.RunCommand.Outcome;
import org.polykern.common.id.RunId;

class ResultJsonTest {
  private static final RunId RUN = new RunId("r1");

  @Test
  void shouldShowTextAndMedia() {
    var console =
        ResultJson.console(
            List.of(
                new ConsoleItem("stdout", null, "a"),
                new ConsoleItem("media", "image/png", "data:..."),
                new ConsoleItem("stderr", null, ""),
                new ConsoleItem("html", null, "<b>")));
    assertThat(console)
        .containsExactly(
            List.of("stdout", "a"),
            List.of("media", List.of("image/png", "data:...")),
            List.of("html", "<b>"));
  }

  @Test
  void shouldCutEachStreamAtItsLimitWithoutSplittingCharacters() {
    var half = "\uD83D\uDE00".repeat(ResultJson.STREAM_LIMIT / 2 + 10);
    var console =
        ResultJson.console(
            List.of(
                new ConsoleItem("stdout", null, half),
                new ConsoleItem("stderr", null, "kept"),
                new ConsoleItem("stdout", null, half),
                new ConsoleItem("stdout", null, "dropped")));
    assertThat(console).hasSize(4);
    assertThat(console.getLast())
        .isEqualTo(List.of("stderr", "\n[polykern: 27 characters were dropped here]\n"));
    var total = 0;
    for (var item : console) {
      var pair = (List<?>) item;
      var text = (String) pair.get(1);
      if (pair.get(0).equals("stdout")) {
        total += text.codePointCount(0, text.length());
        assertThat(Character.isHighSurrogate(text.charAt(text.length() - 1))).isFalse();
      }
    }
    assertThat(total).isEqualTo(ResultJson.STREAM_LIMIT);
  }

  @Test
  void shouldAlwaysHaveAnObjectForOptions() {
    var waiting =
        result(ResultJson.of(new Outcome.Result(RUN, "waiting-input", null, true, List.of())));
    assertThat(waiting).containsEntry("options", Map.of("is_password", true));
    var done = result(ResultJson.of(new Outcome.Result(RUN, "finished", 0, null, List.of())));
    assertThat(done)
        .containsEntry("options", Map.of())
        .containsEntry("console", List.of())
        .containsEntry("files", List.of());
  }

  @Test
  void shouldFinishARunOfALostKernelWithItsReason() {
    var lost =
        result(ResultJson.lost(RUN, "Killed.", List.of(new ConsoleItem("stdout", null, "x"))));
    assertThat(lost)
        .containsEntry("status", "finished")
        .containsEntry("exitCode", 130)
        .containsEntry("console", List.of(List.of("stdout", "x"), List.of("stderr", "Killed.\n")));
  }

  @SuppressWarnings("unchecked") // it is what the class under test writes
  private static Map<String, Object> result(Map<String, Object> body) {
    return (Map<String, Object>) body.get("result");
  }
}
