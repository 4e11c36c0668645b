package org.polykern.accel.mock;

import java.util.List;
import org.polykern.accel.Settings;
import org.polykern.accel.ShareUnits;

/**
 * What the host's configuration says, beside the file.
 *
 * @param fractional whether whole devices are offered as shares
 * @param reservedBytes of a shared device's memory, for the driver
 * @param masked ids and indices of devices that are not offered
 */
record MockSettings(boolean fractional, ShareUnits units, long reservedBytes, List<String> masked) {
  static MockSettings of(Settings settings) {
    settings.allowing(
        "file",
        "allocation-mode",
        "unit-mem",
        "unit-proc",
        "quantum-size",
        "reserved-memory",
        "device-mask");
    return new MockSettings(
        settings.choice("allocation-mode", "discrete", "fractional").equals("fractional"),
        ShareUnits.of(settings),
        settings.bytes("reserved-memory", "64m"),
        settings.list("device-mask"));
  }
}
