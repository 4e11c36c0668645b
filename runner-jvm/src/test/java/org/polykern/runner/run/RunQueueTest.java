package org.polykern.runner.run;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RunQueueTest {
  private static final byte[] CODE = {1};

  private final RunQueue queue = new RunQueue();

  @Test
  void shouldRunOneAtATimeInOrder() {
    assertThat(queue.startNext()).isNull();
    add("a");
    add("b");
    Step step = queue.startNext();
    assertThat(step.kind()).isEqualTo(StepKind.CODE);
    assertThat(step.body()).isEqualTo(CODE);
    assertThat(queue.current().id()).isEqualTo("a");
    assertThat(queue.startNext()).isNull();
    assertThat(queue.all())
        .extracting(Run::state)
        .containsExactly(Run.State.RUNNING, Run.State.QUEUED);
    queue.finished("a", 1);
    assertThat(queue.current()).isNull();
    assertThat(queue.startNext()).isNotNull();
    assertThat(queue.current().id()).isEqualTo("b");
  }

  @Test
  void shouldTakeARunIdOnceUntilItsEndIsAcknowledged() {
    assertThat(add("a")).isTrue();
    assertThat(add("a")).isFalse();
    queue.startNext();
    assertThat(add("a")).isFalse();
    queue.finished("a", 7);
    assertThat(add("a")).isFalse();
    queue.acknowledged(6);
    assertThat(add("a")).isFalse();
    queue.acknowledged(7);
    assertThat(add("a")).isTrue();
  }

  @Test
  void shouldRemoveOnlyWhatIsQueued() {
    add("a");
    add("b");
    queue.startNext();
    assertThat(queue.removeQueued("a")).isFalse();
    assertThat(queue.removeQueued("unknown")).isFalse();
    assertThat(queue.removeQueued("b")).isTrue();
    queue.finished("b", 1);
    assertThat(queue.current().id()).isEqualTo("a");
    assertThat(queue.all()).hasSize(1);
  }

  @Test
  void shouldKeepTheStepsOfARunTogether() {
    queue.add("batch", StepKind.CLEAN, CODE);
    add("query");
    queue.add("batch", StepKind.BUILD, CODE);
    assertThat(queue.startNext().kind()).isEqualTo(StepKind.CLEAN);
    assertThat(queue.startNext()).isNull();
    assertThat(queue.current().endsWithThisStep()).isFalse();
    queue.stepEnded();
    assertThat(queue.startNext().kind()).isEqualTo(StepKind.BUILD);
    queue.stepEnded();
    // The last step has not arrived yet, and nothing else may come between.
    assertThat(queue.startNext()).isNull();
    assertThat(queue.current().executing()).isNull();
    assertThat(queue.add("batch", StepKind.EXEC, CODE)).isTrue();
    assertThat(queue.startNext().kind()).isEqualTo(StepKind.EXEC);
    assertThat(queue.current().endsWithThisStep()).isTrue();
    queue.stepEnded();
    queue.finished("batch", 1);
    assertThat(queue.startNext().kind()).isEqualTo(StepKind.CODE);
    assertThat(queue.current().id()).isEqualTo("query");
  }

  @Test
  void shouldTakeEachStepOnce() {
    for (StepKind kind : new StepKind[] {StepKind.CLEAN, StepKind.BUILD, StepKind.EXEC}) {
      assertThat(queue.add("a", kind, CODE)).isTrue();
      assertThat(queue.add("a", kind, CODE)).isFalse();
    }
    assertThat(queue.add("a", StepKind.CODE, CODE)).isFalse();
    queue.startNext();
    queue.stepEnded();
    assertThat(queue.add("a", StepKind.CLEAN, CODE)).isFalse();
    queue.current().cancel();
    assertThat(queue.startNext()).isNull();
    queue.finished("a", 3);
    assertThat(queue.add("a", StepKind.EXEC, CODE)).isFalse();
    queue.acknowledged(3);
    assertThat(queue.add("a", StepKind.EXEC, CODE)).isTrue();
  }

  @Test
  void shouldRemoveAllStepsOfAQueuedRun() {
    add("a");
    queue.startNext();
    queue.add("b", StepKind.CLEAN, CODE);
    queue.add("b", StepKind.BUILD, CODE);
    assertThat(queue.removeQueued("b")).isTrue();
    queue.finished("b", 1);
    assertThat(queue.add("b", StepKind.EXEC, CODE)).isFalse();
    queue.stepEnded();
    queue.finished("a", 2);
    assertThat(queue.startNext()).isNull();
  }

  @Test
  void shouldEndAStepWithoutRunIdAlone() {
    queue.addAlone(StepKind.BUILD, CODE);
    queue.addAlone(StepKind.EXEC, CODE);
    assertThat(queue.startNext().kind()).isEqualTo(StepKind.BUILD);
    assertThat(queue.current().endsWithThisStep()).isTrue();
    queue.stepEnded();
    queue.finished(queue.current().id(), 0);
    assertThat(queue.startNext().kind()).isEqualTo(StepKind.EXEC);
  }

  private boolean add(String id) {
    return queue.add(id, StepKind.CODE, CODE);
  }
}
