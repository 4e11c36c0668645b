package org.polykern.accel;

import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * What one share of a device is, for plug-ins that hand out parts of devices: a device is as many
 * shares as both its memory and its processing units allow.
 *
 * @param memoryBytes memory of one share, at least 512 MiB
 * @param processingUnits processing units of one share, at least 2
 * @param quantum the smallest part of a share that is handed out
 */
public record ShareUnits(long memoryBytes, int processingUnits, BigDecimal quantum) {
  private static final long LEAST_MEMORY = 512L << 20;
  private static final int LEAST_UNITS = 2;
  private static final long LEAST_GRANTED_UNITS = 4;

  public ShareUnits {
    if (memoryBytes < LEAST_MEMORY || processingUnits < LEAST_UNITS || quantum.signum() <= 0) {
      throw new IllegalArgumentException(
          "Expected unit-mem of at least 512m, unit-proc of at least 2 and a quantum-size above 0,"
              + " but got "
              + memoryBytes
              + " bytes, "
              + processingUnits
              + " and "
              + quantum);
    }
  }

  /** From {@code unit-mem} (2g), {@code unit-proc} (8) and {@code quantum-size} (0.1). */
  public static ShareUnits of(Settings settings) {
    return new ShareUnits(
        settings.bytes("unit-mem", "2g"),
        settings.decimal("unit-proc", "8").intValue(),
        settings.decimal("quantum-size", "0.1"));
  }

  /** How many shares a device is, to two decimals. */
  public BigDecimal sharesOf(Device device) {
    var byMemory =
        BigDecimal.valueOf(device.memoryBytes())
            .divide(BigDecimal.valueOf(memoryBytes), 2, RoundingMode.DOWN);
    var byUnits =
        BigDecimal.valueOf(device.processingUnits())
            .divide(BigDecimal.valueOf(processingUnits), 2, RoundingMode.DOWN);
    return byMemory.min(byUnits);
  }

  /** Bytes that so many shares may use. */
  public long memoryOf(BigDecimal shares) {
    return shares.multiply(BigDecimal.valueOf(memoryBytes)).longValue();
  }

  /** Processing units that so many shares may use, at least 4. */
  public long unitsOf(BigDecimal shares) {
    return Math.max(
        shares.multiply(BigDecimal.valueOf(processingUnits)).longValue(), LEAST_GRANTED_UNITS);
  }
}
