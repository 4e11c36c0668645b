package org.polykern.jail.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.polykern.jail.rule.CallAction;

class CallQuestionsTest {
  private static final String ASK =
      "{\"event\":\"ask\",\"id\":7,\"call\":\"socket\",\"nr\":41,\"pid\":12,"
          + "\"program\":\"a\\u0022\\u00e9$1\",\"args\":[\"0x2\",\"0x1\",\"0x0\","
          + "\"0xffffffffffffffff\",\"0x7ffe00001000\",\"0x0\"]}";

  @Test
  void shouldTellTheJudgeEverythingThatTheHelperKnows() {
    List<CallJudge.Asked> asked = new ArrayList<>();
    CallQuestions questions =
        new CallQuestions(call -> {
          asked.add(call);
          return CallAction.refuse(13);
        });
    assertThat(questions.answer(ASK)).contains("7 13\n");
    assertThat(asked)
        .containsExactly(
            new CallJudge.Asked(
                12, "a\"\u00e9$1", "socket", List.of(2L, 1L, 0L, -1L, 0x7ffe00001000L, 0L)));
  }

  @Test
  void shouldAnswerZeroForYesAndRefuseAllElse() {
    assertThat(new CallQuestions(call -> CallAction.Plain.ALLOW).answer(ASK)).contains("7 0\n");
    assertThat(new CallQuestions(call -> CallAction.Plain.KILL).answer(ASK)).contains("7 1\n");
    assertThat(new CallQuestions(call -> null).answer(ASK)).contains("7 1\n");
    CallQuestions failing =
        new CallQuestions(call -> {
          throw new IllegalStateException("no idea");
        });
    assertThat(failing.answer(ASK)).contains("7 1\n");
  }

  @Test
  void shouldRefuseAQuestionThatItCannotRead() {
    CallQuestions kind = new CallQuestions(call -> CallAction.Plain.ALLOW);
    assertThat(kind.answer(ASK.replace(",\"0x0\"]", "]"))).contains("7 1\n");
    assertThat(kind.answer(ASK.replace("a\\u0022", "a\\x"))).contains("7 1\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "{\"event\":\"exit\",\"status\":0}",
        "{\"event\":\"refused\",\"program\":\"{event:ask,id:1}\"}"
      })
  void shouldLeaveOtherEventsAlone(String event) {
    assertThat(new CallQuestions(call -> CallAction.Plain.ALLOW).answer(event)).isEmpty();
  }
}
