package org.polykern.agent.device;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One slot's ledger: capacity and use per device. Whole amounts are spread evenly over the emptiest
 * devices or fill one after the other; a fraction goes to the fullest device that still has room
 * for it, and is split only when none has. Not thread-safe: guarded by {@link Devices}.
 */
final class DeviceMap {
  /** How whole amounts are placed. */
  enum Strategy {
    EVENLY,
    FILL
  }

  private final Strategy strategy;
  private final Map<String, BigDecimal> capacity;
  private final Map<String, BigDecimal> used = new LinkedHashMap<>();

  DeviceMap(Strategy strategy, Map<String, BigDecimal> capacity) {
    this.strategy = strategy;
    this.capacity = new LinkedHashMap<>(capacity);
    capacity.keySet().forEach(device -> used.put(device, BigDecimal.ZERO));
  }

  BigDecimal total() {
    return capacity.values().stream().reduce(BigDecimal.ZERO, BigDecimal::add);
  }

  BigDecimal remaining() {
    return total().subtract(used.values().stream().reduce(BigDecimal.ZERO, BigDecimal::add));
  }

  /** Takes the amount, or nothing and is empty when there is not enough. */
  Optional<Map<String, BigDecimal>> take(BigDecimal amount) {
    if (amount.compareTo(remaining()) > 0) {
      return Optional.empty();
    }
    var given = new LinkedHashMap<String, BigDecimal>();
    var whole = amount.setScale(0, RoundingMode.DOWN);
    var left = whole;
    while (left.signum() > 0) {
      var step = round(left, given);
      if (step.signum() == 0) {
        break;
      }
      left = left.subtract(step);
    }
    // What is left of the whole part sits on devices that have only fractions free.
    fraction(amount.subtract(whole).add(left), given);
    put(given);
    return Optional.of(given);
  }

  /** Adds an allocation of before; it may exceed what is there. */
  void put(Map<String, BigDecimal> devices) {
    devices.forEach((device, amount) -> used.merge(device, amount, BigDecimal::add));
  }

  /** Gives back; never below zero. */
  void free(Map<String, BigDecimal> devices) {
    devices.forEach((device, amount) ->
        used.computeIfPresent(device, (id, had) -> had.subtract(amount).max(BigDecimal.ZERO)));
  }

  /** One round of whole amounts; answers how much was given. */
  private BigDecimal round(BigDecimal need, Map<String, BigDecimal> given) {
    var candidates = emptiestFirst(given);
    candidates.removeIf(device -> wholeRoom(device, given).signum() == 0);
    if (candidates.isEmpty()) {
      return BigDecimal.ZERO;
    }
    if (strategy == Strategy.FILL) {
      var device = candidates.getFirst();
      return give(device, need.min(wholeRoom(device, given)), given);
    }
    var parts = need.divideAndRemainder(BigDecimal.valueOf(candidates.size()));
    var sum = BigDecimal.ZERO;
    var more = parts[1].intValue();
    for (var device : candidates) {
      var share = parts[0].add(more-- > 0 ? BigDecimal.ONE : BigDecimal.ZERO);
      sum = sum.add(give(device, share.min(wholeRoom(device, given)), given));
    }
    return sum;
  }

  private void fraction(BigDecimal amount, Map<String, BigDecimal> given) {
    var left = amount;
    if (left.signum() > 0) {
      var need = left;
      var best =
          capacity.keySet().stream()
              .filter(device -> room(device, given).compareTo(need) >= 0)
              .min(Comparator.comparing(device -> room(device, given)));
      if (best.isPresent()) {
        give(best.get(), left, given);
        return;
      }
    }
    for (var device : emptiestFirst(given)) {
      left = left.subtract(give(device, left.min(room(device, given)), given));
    }
  }

  private List<String> emptiestFirst(Map<String, BigDecimal> given) {
    var devices = new ArrayList<>(capacity.keySet());
    devices.sort(
        Comparator.comparing((String device) -> room(device, given), Comparator.reverseOrder()));
    return devices;
  }

  private BigDecimal give(String device, BigDecimal amount, Map<String, BigDecimal> given) {
    if (amount.signum() > 0) {
      given.merge(device, amount, BigDecimal::add);
      return amount;
    }
    return BigDecimal.ZERO;
  }

  private BigDecimal wholeRoom(String device, Map<String, BigDecimal> given) {
    return room(device, given).setScale(0, RoundingMode.DOWN);
  }

  private BigDecimal room(String device, Map<String, BigDecimal> given) {
    return capacity
        .getOrDefault(device, BigDecimal.ZERO)
        .subtract(used.getOrDefault(device, BigDecimal.ZERO))
        .subtract(given.getOrDefault(device, BigDecimal.ZERO))
        .max(BigDecimal.ZERO);
  }
}
