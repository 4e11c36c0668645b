package org.polykern.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PairedTest {
  @Test
  void shouldLetThemBeginInTurnAndCountNothingOfTheWarmUp() throws Exception {
    var order = new ArrayList<String>();
    var pair =
        Paired.of(
            4,
            () -> {
              order.add("s");
              return order.size() <= 2 ? 1e9 : 3;
            },
            () -> {
              order.add("y");
              return 2;
            });
    assertThat(order).isEqualTo(List.of("s", "y", "s", "y", "y", "s", "s", "y", "y", "s"));
    assertThat(pair).isEqualTo(new Paired(3, 2, 1, 4));
    assertThat(pair.percent()).isEqualTo(50);
  }

  @Test
  void shouldLeaveABurstOut() throws Exception {
    var round = new AtomicInteger();
    var pair = Paired.of(5, () -> round.incrementAndGet() == 3 ? 900 : 12, () -> 10);
    assertThat(pair.more()).isEqualTo(2);
    assertThat(Paired.median(new double[] {4, 1, 3, 2})).isEqualTo(2.5);
  }

  @Test
  void shouldLeaveOutAPairOfProcessesThatIsUnlike() {
    var usual = new Paired(11, 10, 1, 5);
    assertThat(Paired.joined(List.of(usual, new Paired(30, 10, 20, 5), usual)))
        .isEqualTo(new Paired(11, 10, 1, 15));
  }

  @Test
  void shouldTakeTheFastestRoundOfEachSide() throws Exception {
    var calls = new AtomicInteger();
    assertThat(Paired.fastest(3, () -> 20 - calls.incrementAndGet(), () -> 10))
        .isEqualTo(new Paired(17, 10, 7, 3));
  }
}
