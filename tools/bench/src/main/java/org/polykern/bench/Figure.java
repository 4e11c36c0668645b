package org.polykern.bench;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One measured number beside its budget.
 *
 * @param bench which bench it belongs to
 * @param what such as {@code print(1) p50}
 * @param unit {@code ms}, {@code MB}, {@code ratio}
 * @param budget the most it may be, null when it is only reported
 * @param yardstick the same number of the yardstick in the same run, null when it has none
 * @param samples how many samples are behind it
 */
record Figure(
    String bench,
    String what,
    String unit,
    double value,
    @Nullable Double budget,
    @Nullable Double yardstick,
    long samples) {

  String verdict() {
    if (budget == null) {
      return "";
    }
    return value <= budget ? "within" : "OVER";
  }

  String ratio() {
    return yardstick == null || yardstick == 0
        ? ""
        : String.format(Locale.ROOT, "%.2f", value / yardstick);
  }
}
