package org.polykern.agent.inventory;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.polykern.agent.backend.Usage;
import org.polykern.agent.runnerlink.Refusals;

/**
 * Metric objects as the client API shows them: decimal texts, at most three fraction digits. Only
 * what is measured: cpu_used, mem, the number of processes, and what the jail refused.
 */
final class KernelMetrics {
  private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);
  private static final BigDecimal NANOS_PER_MILLI = BigDecimal.valueOf(1_000_000);

  private KernelMetrics() {}

  static Map<String, Object> of(Usage usage, long allocatedMemory) {
    var memoryLimit = usage.memoryLimitBytes() > 0 ? usage.memoryLimitBytes() : allocatedMemory;
    var millis =
        BigDecimal.valueOf(usage.cpuNanos()).divide(NANOS_PER_MILLI, 3, RoundingMode.HALF_UP);
    return Map.of(
        "cpu_used", metric(millis, null, "msec"),
        "mem",
            metric(
                BigDecimal.valueOf(usage.memoryBytes()), BigDecimal.valueOf(memoryLimit), "bytes"),
        "pids", metric(BigDecimal.valueOf(usage.pids()), null, "count"));
  }

  /** Calls that the jail has refused; empty while it has refused none. */
  static Map<String, Object> of(Refusals refusals) {
    if (refusals.calls().isEmpty()) {
      return Map.of();
    }
    var metric = new LinkedHashMap<>(metric(BigDecimal.valueOf(refusals.total()), null, "count"));
    var calls = new LinkedHashMap<String, Object>();
    refusals.calls().forEach((call, count) -> calls.put(call, Long.toString(count)));
    metric.put("calls", calls);
    return Map.of("jail_refused", metric);
  }

  private static Map<String, Object> metric(
      BigDecimal current, @Nullable BigDecimal capacity, String unit) {
    var metric = new HashMap<String, Object>();
    metric.put("current", text(current, 3));
    metric.put("capacity", capacity == null ? null : text(capacity, 3));
    metric.put("pct", pct(current, capacity));
    metric.put("unit_hint", unit);
    return java.util.Collections.unmodifiableMap(new LinkedHashMap<>(metric));
  }

  private static String pct(BigDecimal current, @Nullable BigDecimal capacity) {
    if (capacity == null || capacity.signum() <= 0) {
      return "0.00";
    }
    return current.multiply(HUNDRED).divide(capacity, 2, RoundingMode.HALF_UP).toPlainString();
  }

  private static String text(BigDecimal number, int digits) {
    var rounded = number.setScale(digits, RoundingMode.HALF_UP).stripTrailingZeros();
    return rounded.signum() == 0 ? "0" : rounded.toPlainString();
  }
}
