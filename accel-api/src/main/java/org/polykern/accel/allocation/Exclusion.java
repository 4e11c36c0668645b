package org.polykern.accel.allocation;

import java.util.Collection;
import java.util.Set;
import java.util.regex.Pattern;

/** Slots no two of which go into one request: names, and patterns with {@code *}. */
final class Exclusion {
  private final Set<String> patterns;

  Exclusion(Set<String> patterns) {
    this.patterns = Set.copyOf(patterns);
  }

  void check(Collection<String> requested) {
    var excluding = requested.stream().filter(this::covers).sorted().toList();
    if (excluding.size() > 1) {
      throw new AllocationRefused(
          AllocationRefused.Reason.INVALID_COMBINATION,
          excluding.getFirst(),
          "Expected only one of "
              + String.join(" and ", excluding)
              + " in a request, but got "
              + excluding.size()
              + "; ask for them in two sessions");
    }
  }

  private boolean covers(String slot) {
    return patterns.stream().anyMatch(pattern -> matches(pattern, slot));
  }

  private static boolean matches(String pattern, String slot) {
    var parts = java.util.Arrays.stream(pattern.split("\\*", -1)).map(Pattern::quote).toList();
    return slot.matches(String.join(".*", parts));
  }
}
