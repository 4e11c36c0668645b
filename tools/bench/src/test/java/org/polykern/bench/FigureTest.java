package org.polykern.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FigureTest {
  @Test
  void shouldCallTheBudgetItselfWithin() {
    assertThat(figure(1.5, 1.5).verdict()).isEqualTo("within");
    assertThat(figure(1.51, 1.5).verdict()).isEqualTo("OVER");
    assertThat(figure(1.51, null).verdict()).isEmpty();
    assertThat(new Figure("b", "w", "MB/s", 30, 30.0, null, 1, true).verdict()).isEqualTo("within");
    assertThat(new Figure("b", "w", "MB/s", 29, 30.0, null, 1, true).verdict()).isEqualTo("UNDER");
  }

  @Test
  void shouldShowTheRatioOnlyBesideAYardstick() {
    assertThat(new Figure("b", "w", "ms", 3, null, 2.0, 1).ratio()).isEqualTo("1.50");
    assertThat(new Figure("b", "w", "ms", 3, null, null, 1).ratio()).isEmpty();
    assertThat(new Figure("b", "w", "ms", 3, null, 0.0, 1).ratio()).isEmpty();
  }

  @Test
  void shouldRunSubjectAndYardstickEquallyOftenAndCountOnlyAfterWarmUp() throws Exception {
    var subject = new AtomicInteger();
    var yardstick = new AtomicInteger();
    var sampler = new Sampler();
    sampler.run(10, 60, subject::incrementAndGet, yardstick::incrementAndGet);
    assertThat(subject).hasValue(70);
    assertThat(yardstick).hasValue(70);
    assertThat(sampler.samples()).isEqualTo(60);
  }

  @Test
  void shouldReadMegabytesFromSmapsRollup(@TempDir Path folder) throws IOException {
    var file = folder.resolve("smaps_rollup");
    Files.writeString(
        file,
        """
        00400000-7fff [rollup]
        Rss:               40960 kB
        Pss:               20480 kB
        Pss_Dirty:         10240 kB
        """);
    assertThat(Memory.of(file)).isEqualTo(new Memory(40, 20));
  }

  private static Figure figure(double value, Double budget) {
    return new Figure("b", "w", "ms", value, budget, null, 1);
  }
}
