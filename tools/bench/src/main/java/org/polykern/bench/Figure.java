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
 * @param atLeast true when the budget is the least that the value may be
 */
record Figure(
    String bench,
    String what,
    String unit,
    double value,
    @Nullable Double budget,
    @Nullable Double yardstick,
    long samples,
    boolean atLeast) {

  /** A figure whose budget is the most that it may be. */
  Figure(
      String bench,
      String what,
      String unit,
      double value,
      @Nullable Double budget,
      @Nullable Double yardstick,
      long samples) {
    this(bench, what, unit, value, budget, yardstick, samples, false);
  }

  String verdict() {
    if (budget == null) {
      return "";
    }
    if (atLeast) {
      return value >= budget ? "within" : "UNDER";
    }
    return value <= budget ? "within" : "OVER";
  }

  String ratio() {
    return yardstick == null || yardstick == 0
        ? ""
        : String.format(Locale.ROOT, "%.2f", value / yardstick);
  }
}
