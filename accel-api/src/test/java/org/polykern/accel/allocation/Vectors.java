package org.polykern.accel.allocation;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.polykern.accel.Grant;
import org.polykern.accel.SlotType;
import org.polykern.accel.Spread;

/** Short forms for tables: {@code "g0 0.7, g1 1"} and {@code "g0 g1"}. */
final class Vectors {
  private Vectors() {}

  /** {@code "g0 0.7, g1 1"}. */
  static Map<String, BigDecimal> amounts(String text) {
    var amounts = new LinkedHashMap<String, BigDecimal>();
    if (!text.isBlank()) {
      for (var pair : text.split(",", -1)) {
        var words = pair.strip().split(" ", 2);
        amounts.put(words[0], new BigDecimal(words[1]));
      }
    }
    return amounts;
  }

  /** The same form, without trailing zeros, by device name. */
  static String text(Map<String, BigDecimal> amounts) {
    var parts = new ArrayList<String>();
    new TreeMap<>(amounts)
        .forEach((id, amount) -> parts.add(id + " " + amount.stripTrailingZeros().toPlainString()));
    return String.join(", ", parts);
  }

  static String text(Grant grant, String slot) {
    return text(grant.slots().getOrDefault(slot, Map.of()));
  }

  static Map<String, BigDecimal> request(String slot, String amount) {
    return Map.of(slot, new BigDecimal(amount));
  }

  static SlotRule parts(String slot, String quantum, Spread spread, boolean fragmentation) {
    return new SlotRule(slot, SlotType.COUNT, new BigDecimal(quantum), spread, fragmentation);
  }

  /** One kind with one slot, all on one node. */
  static DeviceLedger ledger(SlotRule rule, String capacities) {
    var ledger = new DeviceLedger(DeviceLedger.ORDER);
    var devices =
        amounts(capacities).entrySet().stream()
            .map(e -> DeviceCapacity.of(e.getKey(), rule.name(), e.getValue(), -1))
            .toList();
    ledger.declare(SlotRule.keyOf(rule.name()), List.of(rule), devices, Set.of());
    return ledger;
  }

  /** Two nodes: GPUs g0 and g1 with cores 0 to 7, GPUs g2 and g3 with cores 8 to 15. */
  static DeviceLedger twoNodes() {
    var ledger = new DeviceLedger(DeviceLedger.ORDER);
    declare(ledger, "cuda", "cuda.device", "g", 4);
    declare(ledger, "cpu", "cpu", "", 16);
    return ledger;
  }

  private static void declare(
      DeviceLedger ledger, String key, String slot, String prefix, int count) {
    var devices =
        IntStream.range(0, count)
            .mapToObj(
                i -> DeviceCapacity.of(prefix + i, slot, BigDecimal.ONE, i < count / 2 ? 0 : 1))
            .toList();
    ledger.declare(
        key, List.of(SlotRule.whole(slot, SlotType.COUNT, Spread.EVENLY)), devices, Set.of());
  }
}
