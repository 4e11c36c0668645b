package org.polykern.accel.allocation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.polykern.accel.allocation.Vectors.amounts;
import static org.polykern.accel.allocation.Vectors.ledger;
import static org.polykern.accel.allocation.Vectors.parts;
import static org.polykern.accel.allocation.Vectors.request;
import static org.polykern.accel.allocation.Vectors.text;

import java.math.BigDecimal;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.polykern.accel.Grant;
import org.polykern.accel.Spread;

/**
 * The reference's vectors for parts of devices. Where a line says "reference: ...", we differ on
 * purpose: it rounds each device's part down to the quantum and so grants less than was asked for;
 * we lay out whole quanta and grant all.
 */
final class PartAllocationTest {
  private static final String SLOT = "x.shares";
  private static final String FOUR = "g0 1, g1 1, g2 1, g3 1";
  private static final String USED = "g0 0.7, g1 0.5, g2 0.2";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0.01 | FILL   | 1.5  | g0 1, g1 0.5",
        "0.01 | FILL   | 2.5  | g0 1, g1 1, g2 0.5",
        "0.01 | FILL   | 3.99 | g0 1, g1 1, g2 1, g3 0.99",
        "0.01 | EVENLY | 0.5  | g3 0.5",
        "0.01 | EVENLY | 1.5  | g2 0.75, g3 0.75",
        "0.01 | EVENLY | 2.5  | g1 0.84, g2 0.83, g3 0.83",
        "0.01 | EVENLY | 1.75 | g2 0.88, g3 0.87",
        "0.1  | FILL   | 0.37 | g0 0.3",
        "0.1  | FILL   | 1.75 | g0 1, g1 0.7",
        "0.1  | EVENLY | 1.5  | g2 0.8, g3 0.7", // reference: 0.7 and 0.7
        "0.1  | EVENLY | 2.5  | g1 0.9, g2 0.8, g3 0.8", // reference: 0.8 each
        "0.1  | EVENLY | 3.99 | g0 1, g1 1, g2 1, g3 0.9",
        "0.1  | EVENLY | 0.37 | g3 0.3",
        "0.25 | EVENLY | 1.5  | g2 0.75, g3 0.75",
        "0.25 | EVENLY | 1.75 | g2 1, g3 0.75", // reference: 0.75 and 0.75
        "0.25 | EVENLY | 2.5  | g1 1, g2 0.75, g3 0.75", // reference: 0.75 each
      })
  void shouldLayPartsOverEmptyDevices(
      String quantum, Spread spread, String amount, String expected) {
    var ledger = ledger(parts(SLOT, quantum, spread, true), FOUR);
    assertThat(outcome(ledger, amount)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "FILL   | 0.3 | g3 0.3",
        "FILL   | 1.2 | g2 0.2, g3 1",
        "FILL   | 2.4 | g0 0.1, g1 0.5, g2 0.8, g3 1",
        "FILL   | 2.7 | INSUFFICIENT 2.6",
        "EVENLY | 0.3 | g0 0.3",
        "EVENLY | 0.5 | g1 0.5",
        "EVENLY | 0.8 | g2 0.8",
        "EVENLY | 1.0 | g3 1",
        "EVENLY | 1.2 | g2 0.6, g3 0.6",
        "EVENLY | 1.6 | g2 0.8, g3 0.8",
        "EVENLY | 2.4 | g0 0.3, g1 0.5, g2 0.8, g3 0.8",
        "EVENLY | 2.7 | INSUFFICIENT 2.6",
        "EVENLY | 0.05 | BELOW_QUANTUM 0",
        "FILL   | 0.05 | BELOW_QUANTUM 0",
      })
  void shouldLayPartsOverUsedDevices(Spread spread, String amount, String expected) {
    var ledger = ledger(parts(SLOT, "0.1", spread, true), FOUR);
    ledger.adopt("before", new Grant(Map.of(SLOT, amounts(USED))));
    assertThat(outcome(ledger, amount)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "FILL, 2.4, FRAGMENTED 0",
    "EVENLY, 2.4, FRAGMENTED 0",
    "EVENLY, 1.6, 'g2 0.8, g3 0.8'",
    "EVENLY, 1.0, g3 1"
  })
  void shouldRefuseToFragmentWhereThatIsForbidden(Spread spread, String amount, String expected) {
    var ledger = ledger(parts(SLOT, "0.1", spread, false), FOUR);
    ledger.adopt("before", new Grant(Map.of(SLOT, amounts(USED))));
    assertThat(outcome(ledger, amount)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"0.6, FRAGMENTED 0", "0.5, g1 0.5"})
  void shouldNotSplitWhatOneDeviceCouldHold(String amount, String expected) {
    var ledger = ledger(parts(SLOT, "0.1", Spread.EVENLY, false), "g0 1, g1 1");
    ledger.adopt("before", new Grant(Map.of(SLOT, amounts("g0 0.5, g1 0.5"))));
    assertThat(outcome(ledger, amount)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"13.57, 0.1, 13.5", "16.50, 0.25, 16.5"})
  void shouldNeverGrantThePartOfAQuantumThatACapacityEndsWith(
      String capacity, String quantum, String all) {
    var ledger = ledger(parts(SLOT, quantum, Spread.EVENLY, true), "g0 " + capacity);
    assertThat(outcome(ledger, all)).isEqualTo("g0 " + all);
    assertThat(outcome(ledger, quantum)).isEqualTo("g0 " + all); // the same kernel
    assertThat(ledger.offered()).containsEntry(SLOT, new BigDecimal(capacity));
  }

  private static String outcome(DeviceLedger ledger, String amount) {
    try {
      return text(ledger.take("k", request(SLOT, amount), Affinity.INTERLEAVED), SLOT);
    } catch (AllocationRefused e) {
      var same =
          catchThrowableOfType(
              AllocationRefused.class,
              () -> ledger.take("k", request(SLOT, amount), Affinity.PREFER_SINGLE_NODE));
      assertThat(same.reason()).isEqualTo(e.reason());
      return e.reason() + " " + e.allocatable().toPlainString();
    }
  }
}
