package org.polykern.common.resource;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.math.BigDecimal;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BinaryOperator;

/**
 * An amount per slot name ({@code cpu} in cores, {@code mem} in bytes, {@code cuda.device} in
 * devices). Immutable, exact decimals; a missing slot is 0. Zero amounts are dropped, so equal maps
 * are equal records.
 */
public record ResourceSlots(@JsonValue Map<String, BigDecimal> amounts) {
  public static final ResourceSlots NONE = new ResourceSlots(Map.of());

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public ResourceSlots {
    var sorted = new TreeMap<String, BigDecimal>();
    amounts.forEach((slot, amount) -> {
      if (amount.signum() != 0) {
        sorted.put(slot, amount.stripTrailingZeros());
      }
    });
    amounts = java.util.Collections.unmodifiableMap(sorted);
  }

  public static ResourceSlots of(String slot, long amount) {
    return new ResourceSlots(Map.of(slot, BigDecimal.valueOf(amount)));
  }

  public static ResourceSlots of(String slot, long amount, String slot2, long amount2) {
    return new ResourceSlots(
        Map.of(slot, BigDecimal.valueOf(amount), slot2, BigDecimal.valueOf(amount2)));
  }

  public BigDecimal get(String slot) {
    return amounts.getOrDefault(slot, BigDecimal.ZERO);
  }

  public ResourceSlots plus(ResourceSlots other) {
    return combine(other, BigDecimal::add);
  }

  /** May go negative: a device can vanish while it is in use. */
  public ResourceSlots minus(ResourceSlots other) {
    return combine(other, BigDecimal::subtract);
  }

  /** Whether every amount is at most the other's. */
  public boolean fitsIn(ResourceSlots other) {
    return amounts.entrySet().stream()
            .allMatch(e -> e.getValue().compareTo(other.get(e.getKey())) <= 0)
        && other.amounts.entrySet().stream()
            .allMatch(e -> get(e.getKey()).compareTo(e.getValue()) <= 0);
  }

  public ResourceSlots with(String slot, BigDecimal amount) {
    var changed = new TreeMap<>(amounts);
    changed.put(slot, amount);
    return new ResourceSlots(changed);
  }

  /** The client API's form: slot to plain decimal text. */
  public Map<String, String> toText() {
    var text = new TreeMap<String, String>();
    amounts.forEach((slot, amount) -> text.put(slot, amount.toPlainString()));
    return text;
  }

  private ResourceSlots combine(ResourceSlots other, BinaryOperator<BigDecimal> operation) {
    var result = new TreeMap<>(amounts);
    other.amounts.forEach((slot, amount) -> result.put(slot, operation.apply(get(slot), amount)));
    return new ResourceSlots(result);
  }
}
