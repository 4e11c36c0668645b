package org.polykern.accel;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A device as a kernel's record shows it.
 *
 * @param data figures of what was granted, such as {@code smp} (processing units) and {@code mem}
 *     (bytes)
 */
public record AttachedDevice(String deviceId, String modelName, Map<String, Long> data) {
  public AttachedDevice {
    data = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(data));
  }

  /** The whole device. */
  public static AttachedDevice of(Device device) {
    return granted(device, device.processingUnits(), device.memoryBytes());
  }

  /** A part of the device. */
  public static AttachedDevice granted(Device device, long processingUnits, long memoryBytes) {
    var data = new LinkedHashMap<String, Long>();
    data.put("smp", processingUnits);
    data.put("mem", memoryBytes);
    return new AttachedDevice(device.id(), device.model(), data);
  }
}
