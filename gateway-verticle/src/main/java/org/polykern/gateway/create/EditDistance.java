package org.polykern.gateway.create;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Finds what a misspelt name may have meant. */
final class EditDistance {
  private EditDistance() {}

  /**
   * The candidates that are nearest, nearest first. Near is: a third of the letters differ at most,
   * or one contains the other.
   */
  static List<String> nearest(String word, Collection<String> candidates, int limit) {
    var wanted = word.toLowerCase(Locale.ROOT);
    return candidates.stream()
        .distinct()
        .filter(candidate -> isNear(wanted, candidate.toLowerCase(Locale.ROOT)))
        .sorted(
            Comparator.comparingInt(
                    (String candidate) -> between(wanted, candidate.toLowerCase(Locale.ROOT)))
                .thenComparing(Comparator.naturalOrder()))
        .limit(limit)
        .toList();
  }

  private static boolean isNear(String word, String candidate) {
    return candidate.contains(word)
        || (candidate.length() > 2 && word.contains(candidate))
        || between(word, candidate) <= Math.max(2, word.length() / 3);
  }

  /** Insertions, deletions and replacements of one letter. */
  static int between(String a, String b) {
    var previous = new int[b.length() + 1];
    for (var j = 0; j <= b.length(); j++) {
      previous[j] = j;
    }
    for (var i = 1; i <= a.length(); i++) {
      var row = new int[b.length() + 1];
      row[0] = i;
      for (var j = 1; j <= b.length(); j++) {
        var replaced = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(replaced, Math.min(previous[j], row[j - 1]) + 1);
      }
      previous = row;
    }
    return previous[b.length()];
  }
}
