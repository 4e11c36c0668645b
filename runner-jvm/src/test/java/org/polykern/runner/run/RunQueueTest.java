package org.polykern.runner.run;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RunQueueTest {
  private static final byte[] CODE = {1};

  private final RunQueue queue = new RunQueue();

  @Test
  void shouldRunOneAtATimeInOrder() {
    assertThat(queue.startNext()).isNull();
    queue.add("a", CODE);
    queue.add("b", CODE);
    Run a = queue.startNext();
    assertThat(a.id()).isEqualTo("a");
    assertThat(a.takeSource()).isEqualTo(CODE);
    assertThat(a.takeSource()).isEmpty();
    assertThat(queue.startNext()).isNull();
    assertThat(queue.all())
        .extracting(Run::state)
        .containsExactly(Run.State.RUNNING, Run.State.QUEUED);
    queue.finished("a", 1);
    assertThat(queue.current()).isNull();
    assertThat(queue.startNext().id()).isEqualTo("b");
  }

  @Test
  void shouldTakeARunIdOnceUntilItsEndIsAcknowledged() {
    assertThat(queue.add("a", CODE)).isTrue();
    assertThat(queue.add("a", CODE)).isFalse();
    queue.startNext();
    assertThat(queue.add("a", CODE)).isFalse();
    queue.finished("a", 7);
    assertThat(queue.add("a", CODE)).isFalse();
    queue.acknowledged(6);
    assertThat(queue.add("a", CODE)).isFalse();
    queue.acknowledged(7);
    assertThat(queue.add("a", CODE)).isTrue();
  }

  @Test
  void shouldRemoveOnlyWhatIsQueued() {
    queue.add("a", CODE);
    queue.add("b", CODE);
    queue.startNext();
    assertThat(queue.removeQueued("a")).isFalse();
    assertThat(queue.removeQueued("unknown")).isFalse();
    assertThat(queue.removeQueued("b")).isTrue();
    queue.finished("b", 1);
    assertThat(queue.current().id()).isEqualTo("a");
    assertThat(queue.all()).hasSize(1);
  }
}
