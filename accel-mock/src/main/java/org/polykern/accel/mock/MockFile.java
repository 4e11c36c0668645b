package org.polykern.accel.mock;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.polykern.accel.SlotDisplay;

/**
 * The content of the file.
 *
 * @param key {@code slot_name}
 * @param formats how slots are shown, by the words below; those that the devices need are there
 */
record MockFile(
    String key,
    List<MockDevice> devices,
    Map<String, String> attributes,
    Map<String, SlotDisplay> formats,
    Simulation simulation,
    List<Fault> faults) {
  static final String DEVICE = "device";
  static final String SHARES = "shares";
  static final String SLICE = "*-mig";

  /**
   * @param seed of the random figures
   * @param fixed whether figures are the load itself instead
   * @param load of each device, 0 to 1
   */
  record Simulation(long seed, boolean fixed, BigDecimal load) {}
}
