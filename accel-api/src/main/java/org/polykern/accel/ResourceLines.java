package org.polykern.accel;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/**
 * The lines of {@code resource.txt} that images and preload libraries of accelerators read. Local
 * indices are the places in {@link Grant#deviceIds()}.
 */
public final class ResourceLines {
  private ResourceLines() {}

  /**
   * For whole devices: {@code CUDA_GLOBAL_DEVICE_IDS=0:GPU-1,1:GPU-2}, and that nothing is shared.
   */
  public static Map<String, String> whole(String key, Grant grant) {
    var lines = new LinkedHashMap<String, String>();
    lines.put(name(key, "GLOBAL_DEVICE_IDS"), indexed(grant.deviceIds()));
    lines.put(name(key, "RESOURCE_VIRTUALIZED"), "0");
    return lines;
  }

  /**
   * For parts of devices: besides, bytes and processing units by device.
   *
   * @param reservedBytes of each device's memory, for the driver
   */
  public static Map<String, String> parts(
      String key, Grant grant, String slot, ShareUnits units, long reservedBytes) {
    var lines = new LinkedHashMap<>(whole(key, grant));
    lines.put(name(key, "RESOURCE_VIRTUALIZED"), "1");
    lines.put(
        name(key, "MEMORY_LIMITS"), each(grant, id -> units.memoryOf(grant.amount(slot, id))));
    lines.put(
        name(key, "PROCESSOR_LIMITS"), each(grant, id -> units.unitsOf(grant.amount(slot, id))));
    lines.put(name(key, "RESERVED_MEMORY"), Long.toString(reservedBytes));
    return lines;
  }

  private static String indexed(List<String> ids) {
    var parts = new ArrayList<String>();
    ids.forEach(id -> parts.add(parts.size() + ":" + id));
    return String.join(",", parts);
  }

  private static String each(Grant grant, Function<String, Long> figure) {
    return String.join(
        ",", grant.deviceIds().stream().map(id -> id + ":" + figure.apply(id)).toList());
  }

  private static String name(String key, String what) {
    return key.toUpperCase(Locale.ROOT).replace('-', '_') + "_" + what;
  }
}
