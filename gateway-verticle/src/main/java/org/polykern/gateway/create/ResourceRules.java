package org.polykern.gateway.create;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.polykern.common.problem.Problem;
import org.polykern.common.resource.DataSize;
import org.polykern.common.resource.ResourceSlots;

/** What one kernel gets: the request against the image's limits. */
final class ResourceRules {
  private static final String MIN = "ai.backend.resource.min.";
  private static final String MAX = "ai.backend.resource.max.";
  private static final String SHMEM = "ai.backend.resource.preferred.shmem";
  private static final String DEFAULT_SHMEM = "64m";
  private static final BigDecimal DEFAULT_CPU = BigDecimal.ONE;
  private static final BigDecimal DEFAULT_MEM = DataSize.parse("1g");

  /** The decided amounts. */
  record Granted(ResourceSlots slots, long shmemBytes) {}

  private final Image image;
  private final Map<String, String> units;

  /**
   * @param units known slot names with {@code count}, {@code bytes} or {@code unique}
   */
  ResourceRules(Image image, Map<String, String> units) {
    this.image = image;
    this.units = Map.copyOf(units);
  }

  /** Throws 400 naming the slot. */
  Granted apply(@Nullable Map<String, String> requested, @Nullable String requestedShmem) {
    var shmem = shmem(requestedShmem);
    var amounts = new TreeMap<String, BigDecimal>();
    if (requested != null) {
      requested.forEach((slot, text) -> amounts.put(slot, amount(slot, text)));
    }
    fill(amounts, "cpu", DEFAULT_CPU, shmem);
    fill(amounts, "mem", DEFAULT_MEM, shmem);
    requireOneForm(amounts);
    for (var slot : units.keySet()) {
      requireWithin(slot, amounts.getOrDefault(slot, BigDecimal.ZERO), shmem);
    }
    var memory = amounts.getOrDefault("mem", BigDecimal.ZERO);
    if (memory.compareTo(shmem) <= 0) {
      throw bad(
          "resource_opts.shmem",
          "Expected less shared memory than the memory of "
              + DataSize.format(memory)
              + ", but got "
              + DataSize.format(shmem)
              + ".");
    }
    return new Granted(new ResourceSlots(amounts), shmem.longValueExact());
  }

  private BigDecimal shmem(@Nullable String requested) {
    var label = image.label(SHMEM);
    var text = requested != null ? requested : label != null ? label : DEFAULT_SHMEM;
    try {
      var bytes = DataSize.parse(text);
      if (bytes.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) <= 0) {
        return bytes;
      }
    } catch (IllegalArgumentException e) {
      throw bad("resource_opts.shmem", String.valueOf(e.getMessage()));
    }
    throw bad("resource_opts.shmem", "'" + text + "' is more memory than there is.");
  }

  private BigDecimal amount(String slot, String text) {
    var unit = units.get(slot);
    if (unit == null) {
      throw bad(
          slot,
          "Unknown requested resource slot: "
              + slot
              + " (known: "
              + String.join(", ", new java.util.TreeSet<>(units.keySet()))
              + ")");
    }
    var amount = unit.equals("bytes") ? bytes(slot, text) : count(slot, text);
    if (amount.signum() < 0) {
      throw bad(slot, "Expected a positive amount of " + slot + ", but got " + text + ".");
    }
    if (unit.equals("unique") && amount.stripTrailingZeros().scale() > 0) {
      throw bad(slot, "Expected whole units of " + slot + ", but got " + text + ".");
    }
    return amount;
  }

  private static BigDecimal bytes(String slot, String text) {
    try {
      return DataSize.parse(text);
    } catch (IllegalArgumentException e) {
      throw bad(slot, String.valueOf(e.getMessage()));
    }
  }

  private static BigDecimal count(String slot, String text) {
    try {
      var number = text.length() > 40 ? null : new BigDecimal(text.strip());
      if (number != null && number.precision() - number.scale() < 20 && number.scale() < 40) {
        return number.setScale(3, RoundingMode.HALF_UP);
      }
    } catch (NumberFormatException e) {
      // Falls through to the same sentence.
    }
    throw bad(slot, "Expected a number as amount of " + slot + ", but got '" + text + "'.");
  }

  private void fill(
      Map<String, BigDecimal> amounts, String slot, BigDecimal fallback, BigDecimal shmem) {
    if (amounts.getOrDefault(slot, BigDecimal.ZERO).signum() > 0) {
      return;
    }
    var minimum = limit(MIN, slot);
    var base = minimum == null || minimum.signum() == 0 ? fallback : minimum;
    amounts.put(slot, slot.equals("mem") ? base.add(shmem) : base);
  }

  private void requireWithin(String slot, BigDecimal amount, BigDecimal shmem) {
    var minimum = limit(MIN, slot);
    if (minimum != null) {
      var floor = slot.equals("mem") ? minimum.add(shmem) : minimum;
      if (amount.compareTo(floor) < 0) {
        throw bad(
            slot,
            "Expected at least "
                + show(slot, floor)
                + " of "
                + slot
                + " for the image "
                + image.name()
                + ", but got "
                + show(slot, amount)
                + ".");
      }
    }
    var maximum = limit(MAX, slot);
    if (maximum != null && amount.compareTo(maximum) > 0) {
      throw bad(
          slot,
          "Expected at most "
              + show(slot, maximum)
              + " of "
              + slot
              + " for the image "
              + image.name()
              + ", but got "
              + show(slot, amount)
              + ".");
    }
  }

  /** Null when the image says nothing, or nothing that can be read. */
  private @Nullable BigDecimal limit(String prefix, String slot) {
    var text = image.label(prefix + slot);
    if (text == null) {
      return null;
    }
    try {
      return "bytes".equals(units.get(slot)) ? DataSize.parse(text) : new BigDecimal(text.strip());
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /** One device is taken whole or in shares, not both; one kind of exclusive device per family. */
  private void requireOneForm(Map<String, BigDecimal> amounts) {
    var formOf = new HashMap<String, String>();
    amounts.forEach((slot, amount) -> {
      var dot = Math.max(slot.indexOf('.'), slot.indexOf(':'));
      if (dot < 0 || amount.signum() == 0) {
        return;
      }
      var other = formOf.putIfAbsent(slot.substring(0, dot), slot);
      if (other != null) {
        throw bad(
            slot,
            "Expected one form of a device, but got " + other + " and " + slot + "; choose one.");
      }
    });
  }

  private String show(String slot, BigDecimal amount) {
    return "bytes".equals(units.get(slot))
        ? DataSize.format(amount)
        : amount.stripTrailingZeros().toPlainString();
  }

  private static RuntimeException bad(String field, String message) {
    return Problem.invalid(field, message).toException();
  }
}
