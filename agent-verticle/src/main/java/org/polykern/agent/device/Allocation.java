package org.polykern.agent.device;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Who has what: slot name to device id to amount, in allocation order. Amounts are above zero. */
public record Allocation(Map<String, Map<String, BigDecimal>> slots) {
  public static final Allocation NONE = new Allocation(Map.of());

  public Allocation {
    var copy = new LinkedHashMap<String, Map<String, BigDecimal>>();
    slots.forEach((slot, devices) -> copy.put(slot, Map.copyOf(devices)));
    slots = java.util.Collections.unmodifiableMap(copy);
  }

  /** Core numbers, ascending. */
  public List<Integer> cores() {
    return devices("cpu").keySet().stream().map(Integer::valueOf).sorted().toList();
  }

  public BigDecimal total(String slot) {
    return devices(slot).values().stream().reduce(BigDecimal.ZERO, BigDecimal::add);
  }

  public Map<String, BigDecimal> devices(String slot) {
    return slots.getOrDefault(slot, Map.of());
  }

  /** Slot name to device ids, for reports. */
  public Map<String, List<String>> deviceIds() {
    return slots.entrySet().stream()
        .collect(
            Collectors.toMap(
                Map.Entry::getKey, e -> new TreeMap<>(e.getValue()).keySet().stream().toList()));
  }
}
