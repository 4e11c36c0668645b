package org.polykern.runner.service;

import java.util.Collection;

/** Which known name somebody may have meant. */
final class NearestName {
  private static final int NEAR = 3;

  private NearestName() {}

  /** What to append to a sentence about {@code wrong}: the remedy, or all names that there are. */
  static String remedy(String wrong, Collection<String> known) {
    String best = "";
    int least = Integer.MAX_VALUE;
    for (String name : known) {
      int distance = distance(wrong, name);
      if (distance < least) {
        least = distance;
        best = name;
      }
    }
    if (least <= Math.min(NEAR, Math.max(1, wrong.length() / 2))) {
      return " Did you mean \"" + best + "\"?";
    }
    return known.isEmpty() ? "" : " There are: " + String.join(", ", known) + ".";
  }

  /** How many letters to add, remove or replace. */
  static int distance(String one, String other) {
    int[] row = new int[other.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= one.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        int replaced = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[other.length()];
  }
}
