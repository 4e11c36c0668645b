package org.polykern.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.polykern.runner.spawn.Signal;

class InterruptsTest {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private final Interrupts interrupts = new Interrupts();

  @Test
  void shouldGetHarderWhenRepeatedSoon() {
    assertThat(interrupts.next(0)).isEqualTo(Signal.INTERRUPT);
    assertThat(interrupts.next(4 * SECOND)).isEqualTo(Signal.TERMINATE);
    assertThat(interrupts.next(8 * SECOND)).isEqualTo(Signal.KILL);
    assertThat(interrupts.next(9 * SECOND)).isEqualTo(Signal.KILL);
  }

  @Test
  void shouldStartAgainAfterAWhileOrForAnotherRun() {
    interrupts.next(0);
    assertThat(interrupts.next(6 * SECOND)).isEqualTo(Signal.INTERRUPT);
    interrupts.reset();
    assertThat(interrupts.next(7 * SECOND)).isEqualTo(Signal.INTERRUPT);
  }
}
