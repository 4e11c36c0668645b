package org.polykern.accel.allocation;

import java.math.BigDecimal;
import java.math.RoundingMode;
import org.polykern.accel.Slot;
import org.polykern.accel.SlotType;
import org.polykern.accel.Spread;

/**
 * How amounts of a slot are handed out.
 *
 * @param name of the slot
 * @param quantum the smallest step, above 0
 * @param fragmentation whether a part may be laid over more devices than it has to be
 */
public record SlotRule(
    String name, SlotType type, BigDecimal quantum, Spread spread, boolean fragmentation) {
  public SlotRule {
    if (quantum.signum() <= 0) {
      throw new IllegalArgumentException(
          "Expected a quantum above 0 for " + name + ", but got " + quantum);
    }
  }

  /** A plug-in's slot. */
  public static SlotRule of(Slot slot) {
    return new SlotRule(slot.name(), slot.type(), slot.quantum(), slot.spread(), true);
  }

  /** Whole units only. */
  public static SlotRule whole(String name, SlotType type, Spread spread) {
    return new SlotRule(name, type, BigDecimal.ONE, spread, true);
  }

  boolean isWhole() {
    return quantum.remainder(BigDecimal.ONE).signum() == 0;
  }

  /** Whole quanta in the amount; what is left over is dropped. */
  long quanta(BigDecimal amount) {
    return amount.divide(quantum, 0, RoundingMode.FLOOR).longValueExact();
  }

  BigDecimal amount(long quanta) {
    return quantum.multiply(BigDecimal.valueOf(quanta));
  }

  /** The part of a slot's name that says which kind of device it is of. */
  static String keyOf(String slot) {
    var dot = slot.indexOf('.');
    return dot < 0 ? slot : slot.substring(0, dot);
  }
}
