package org.polykern.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Figures as a table for people and as JSON for programs. */
final class Report {
  private static final String ROW = "%-10s %-34s %10s %10s %10s %7s %8s  %s%n";

  private Report() {}

  static void table(List<Figure> figures, PrintStream out) {
    out.printf(
        ROW, "bench", "figure", "value", "budget", "yardstick", "ratio", "samples", "verdict");
    for (var f : figures) {
      out.printf(
          ROW,
          f.bench(),
          f.what(),
          number(f.value()) + " " + f.unit(),
          f.budget() == null ? "" : number(f.budget()),
          f.yardstick() == null ? "" : number(f.yardstick()),
          f.ratio(),
          f.samples(),
          f.verdict());
    }
  }

  static void json(List<Figure> figures, Path file) throws IOException {
    new ObjectMapper().writerWithDefaultPrettyPrinter().writeValue(file.toFile(), figures);
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, value < 10 ? "%.2f" : "%.1f", value);
  }
}
