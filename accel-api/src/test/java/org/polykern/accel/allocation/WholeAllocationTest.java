package org.polykern.accel.allocation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.polykern.accel.allocation.Vectors.ledger;
import static org.polykern.accel.allocation.Vectors.request;
import static org.polykern.accel.allocation.Vectors.text;

import java.math.BigDecimal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.polykern.accel.SlotType;
import org.polykern.accel.Spread;

/** The reference's vectors for whole units: sequences of requests on one ledger. */
final class WholeAllocationTest {
  private static final String SLOT = "x.device";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "FILL   | g0 1, g1 1, g2 1, g3 1 | 2=g0 1, g1 1; 1=g2 1; 2=only 1",
        "EVENLY | g0 1, g1 1, g2 1, g3 1 | 2=g0 1, g1 1; 1=g2 1; 2=only 1",
        "EVENLY | c0 2, c1 2, c2 2, c3 2 | "
            + "3=c0 1, c1 1, c2 1; 3=c0 1, c1 1, c3 1; 1=c2 1; 2=only 1",
        "EVENLY | a 10, b 4, c 1         | 9=a 4, b 4, c 1; 6=a 6",
        "FILL   | a 10, b 4, c 1         | 12=a 10, b 2",
        "EVENLY | a 10, b 4, c 1         | 2.7=a 1, b 1",
      })
  void shouldAllocateAsTheReference(Spread spread, String capacities, String steps) {
    var ledger = ledger(SlotRule.whole(SLOT, SlotType.COUNT, spread), capacities);
    var kernel = 0;
    for (var step : steps.split(";", -1)) {
      var parts = step.strip().split("=", 2);
      assertThat(outcome(ledger, "k" + kernel++, parts[0])).isEqualTo(parts[1]);
    }
  }

  private static String outcome(DeviceLedger ledger, String kernel, String amount) {
    try {
      return text(ledger.take(kernel, request(SLOT, amount), Affinity.INTERLEAVED), SLOT);
    } catch (AllocationRefused e) {
      assertThat(e.reason()).isEqualTo(AllocationRefused.Reason.INSUFFICIENT);
      return "only " + e.allocatable().toPlainString();
    }
  }

  @Test
  void shouldHandOutBytesExactly() {
    var rule = SlotRule.whole("mem", SlotType.BYTES, Spread.FILL);
    var ledger = ledger(rule, "root 8589934593");

    var grant = ledger.take("k", request("mem", "8589934592"), Affinity.INTERLEAVED);

    assertThat(text(grant, "mem")).isEqualTo("root 8589934592");
    assertThat(ledger.occupied()).containsEntry("mem", new BigDecimal("8589934592"));
  }

  @ParameterizedTest
  @EnumSource(Affinity.class)
  void shouldHandOutAUniqueDeviceOnce(Affinity affinity) {
    var rule = SlotRule.whole("x.slice", SlotType.UNIQUE, Spread.EVENLY);
    var ledger = ledger(rule, "m0 1, m1 1");

    var first = ledger.take("k1", request("x.slice", "1"), affinity);
    var second = ledger.take("k2", request("x.slice", "1"), affinity);

    assertThat(text(first, "x.slice")).isEqualTo("m0 1");
    assertThat(text(second, "x.slice")).isEqualTo("m1 1");
    assertThat(refusal(ledger, "1")).isEqualTo(AllocationRefused.Reason.INSUFFICIENT);
    assertThat(refusal(ledger, "2")).isEqualTo(AllocationRefused.Reason.INVALID_ARGUMENT);
    assertThat(refusal(ledger, "0.5")).isEqualTo(AllocationRefused.Reason.INVALID_ARGUMENT);
  }

  private static AllocationRefused.Reason refusal(DeviceLedger ledger, String amount) {
    return catchThrowableOfType(
            AllocationRefused.class,
            () -> ledger.take("k3", request("x.slice", amount), Affinity.INTERLEAVED))
        .reason();
  }
}
