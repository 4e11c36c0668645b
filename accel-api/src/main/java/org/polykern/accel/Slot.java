package org.polykern.accel;

import java.math.BigDecimal;
import java.util.regex.Pattern;

/**
 * A resource that users can ask for by name.
 *
 * @param name the plug-in's key, a dot and more: {@code cuda.device}, {@code
 *     cuda.device:1g.10gb-mig}; lower case, without blanks, commas and equals signs
 * @param quantum the smallest step of an amount, above 0; 1 = whole units only
 * @param spread how amounts that need several devices are laid out
 */
public record Slot(
    String name, SlotType type, SlotDisplay display, BigDecimal quantum, Spread spread) {
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]*\\.[a-z0-9.:+_-]+");

  public Slot {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "Expected a slot name such as cuda.device, but got '" + name + "'");
    }
    if (quantum.signum() <= 0) {
      throw new IllegalArgumentException(
          "Expected a quantum above 0 for " + name + ", but got " + quantum);
    }
    if (type != SlotType.COUNT && quantum.compareTo(BigDecimal.ONE) != 0) {
      throw new IllegalArgumentException(
          "Expected whole units for "
              + name
              + ", which is not counted, but the quantum is "
              + quantum);
    }
  }

  /** Whole devices, evenly. */
  public static Slot devices(String name, SlotDisplay display) {
    return new Slot(name, SlotType.COUNT, display, BigDecimal.ONE, Spread.EVENLY);
  }

  /** Parts of devices, evenly, in steps of the quantum. */
  public static Slot shares(String name, SlotDisplay display, BigDecimal quantum) {
    return new Slot(name, SlotType.COUNT, display, quantum, Spread.EVENLY);
  }

  /** Devices each of which is asked for alone. */
  public static Slot unique(String name, SlotDisplay display) {
    return new Slot(name, SlotType.UNIQUE, display, BigDecimal.ONE, Spread.EVENLY);
  }
}
