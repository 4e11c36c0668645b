package org.polykern.agent.runnerlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.polykern.common.problem.ProblemCode;
import org.polykern.common.problem.ProblemException;

final class QuestionsTest {
  private static final Duration SOON = Duration.ofMillis(50);
  private static final Duration LONG = Duration.ofSeconds(20);
  private final Questions questions = new Questions();

  private void answer(String type, String id, String body) {
    try {
      questions.answered(type, id, body.getBytes(StandardCharsets.UTF_8));
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void shouldGiveTheAnswerOfTheQuestion() {
    assertThat(
            questions
                .ask(
                    RunnerQuestion.SERVICE_LOG,
                    id -> {
                      answer("service-log-result", "other", "{\"log\": \"not this\"}");
                      answer("service-result", id, "{\"log\": \"nor this\"}");
                      answer("service-log-result", id, "{\"log\": \"this\"}");
                      answer("service-log-result", id, "{\"log\": \"too late\"}");
                    },
                    LONG)
                .path("log")
                .asText())
        .isEqualTo("this");
  }

  @Test
  void shouldNotWaitForEver() {
    assertThatThrownBy(() -> questions.ask(RunnerQuestion.GET_APPS, id -> {}, SOON))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> assertThat(e.problem().code()).isEqualTo(ProblemCode.OUTCOME_UNKNOWN))
        .hasMessageContaining("get-apps");
  }

  @Test
  void shouldTellThoseWhoWaitThatTheLinkIsClosed() {
    var asked = new CompletableFuture<String>();
    var answer =
        CompletableFuture.supplyAsync(
            () -> questions.ask(RunnerQuestion.START_SERVICE, asked::complete, LONG),
            task -> Thread.ofPlatform().start(task));
    asked.join();
    questions.close();
    assertThatThrownBy(answer::join).hasMessageContaining("it has ended");
    assertThatThrownBy(() -> questions.ask(RunnerQuestion.GET_APPS, id -> {}, LONG))
        .hasMessageContaining("it has ended");
  }
}
