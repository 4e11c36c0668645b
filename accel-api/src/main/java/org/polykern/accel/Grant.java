package org.polykern.accel;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a container has of one plug-in: slot name to device id to amount. Amounts of 0 are dropped,
 * so an empty grant means that it has nothing. May name devices that are gone meanwhile.
 */
public record Grant(Map<String, Map<String, BigDecimal>> slots) {
  public static final Grant NONE = new Grant(Map.of());

  public Grant {
    var copy = new LinkedHashMap<String, Map<String, BigDecimal>>();
    slots.forEach((slot, devices) -> {
      var some = new LinkedHashMap<String, BigDecimal>();
      devices.forEach((id, amount) -> {
        if (amount.signum() != 0) {
          some.put(id, amount);
        }
      });
      if (!some.isEmpty()) {
        copy.put(slot, java.util.Collections.unmodifiableMap(some));
      }
    });
    slots = java.util.Collections.unmodifiableMap(copy);
  }

  /** One whole device per id. */
  public static Grant of(String slot, String... ids) {
    var devices = new LinkedHashMap<String, BigDecimal>();
    for (var id : ids) {
      devices.put(id, BigDecimal.ONE);
    }
    return new Grant(Map.of(slot, devices));
  }

  public boolean isEmpty() {
    return slots.isEmpty();
  }

  /** Ids of all granted devices, each once, ascending: the order inside the container. */
  public List<String> deviceIds() {
    return slots.values().stream()
        .flatMap(devices -> devices.keySet().stream())
        .distinct()
        .sorted()
        .toList();
  }

  /** How much of the slot the device gives, 0 when nothing. */
  public BigDecimal amount(String slot, String device) {
    return slots.getOrDefault(slot, Map.of()).getOrDefault(device, BigDecimal.ZERO);
  }
}
