package org.polykern.jail.call;

import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds what somebody who wrote a wrong name probably meant. */
public final class NearestName {
  private NearestName() {}

  /**
   * The candidate that takes the fewest single-letter edits from {@code wrong}, the first in the
   * alphabet among equals; empty when none comes near (more than a third of the letters, at least
   * two, would have to change).
   */
  public static Optional<String> of(String wrong, Iterable<String> candidates) {
    String plain = wrong.toLowerCase(Locale.ROOT).replace('-', '_');
    int limit = Math.max(2, plain.length() / 3);
    return java.util.stream.StreamSupport.stream(candidates.spliterator(), false)
        .filter(name -> Math.abs(name.length() - plain.length()) <= limit)
        .map(name -> new Scored(name, distance(plain, name.toLowerCase(Locale.ROOT))))
        .filter(scored -> scored.distance <= limit)
        .min(Comparator.comparingInt(Scored::distance).thenComparing(Scored::name))
        .map(Scored::name);
  }

  /** Insertions, deletions and replacements needed to turn one word into the other. */
  static int distance(String from, String to) {
    int[] row = new int[to.length() + 1];
    for (int j = 0; j <= to.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[to.length()];
  }

  private record Scored(String name, int distance) {}
}
