package org.polykern.runner.terminal.screen;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Combining characters of cells. Each sequence is kept once, and not too many of them. */
final class Marks {
  private static final int LONGEST = 8;
  private static final int MOST = 4096;

  private final Map<String, String> known = new HashMap<>();

  /** One more mark behind others; what is too long, or one too many, is left out. */
  @Nullable String add(@Nullable String before, int mark) {
    if (before != null && before.length() >= LONGEST) {
      return before;
    }
    String more = Character.toString(mark);
    String all = before == null ? more : before.concat(more);
    String same = known.get(all);
    if (same == null && known.size() < MOST) {
      known.put(all, all);
      same = all;
    }
    return same == null ? before : same;
  }
}
