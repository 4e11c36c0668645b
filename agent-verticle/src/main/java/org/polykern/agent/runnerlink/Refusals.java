package org.polykern.agent.runnerlink;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What a runner's jail has refused since the runner's start. A runner may be hostile: only what can
 * be true is kept, and little of it.
 *
 * @param total of all calls
 * @param calls by call, the most refused first, at most {@value #MOST_CALLS}
 */
public record Refusals(long total, Map<String, Long> calls) {
  /** So far nothing. */
  public static final Refusals NONE = new Refusals(0, Map.of());

  private static final int MOST_CALLS = 64;

  /** More than there are system calls. */
  private static final int MOST_READ = 1024;

  /** What survives a JSON number everywhere; 2048 of them fit into a long. */
  private static final long LARGEST = (1L << 53) - 1;

  private static final Pattern CALL = Pattern.compile("[a-z][a-z0-9_]{0,31}");

  public Refusals {
    calls = Collections.unmodifiableMap(new LinkedHashMap<>(calls));
  }

  /** Reads {@code {"calls": {"connect": 3}}}; what is no call or no count is skipped. */
  static Refusals of(JsonNode body) {
    var all = new LinkedHashMap<String, Long>();
    for (var entry : body.path("calls").properties()) {
      var count = entry.getValue();
      if (all.size() < MOST_READ
          && CALL.matcher(entry.getKey()).matches()
          && count.isIntegralNumber()
          && count.canConvertToLong()
          && count.longValue() > 0) {
        all.put(entry.getKey(), Math.min(count.longValue(), LARGEST));
      }
    }
    return new Refusals(
        all.values().stream().mapToLong(Long::longValue).sum(),
        all.entrySet().stream()
            .sorted(
                Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                    .thenComparing(Map.Entry.comparingByKey()))
            .limit(MOST_CALLS)
            .collect(
                Collectors.toMap(
                    Map.Entry::getKey, Map.Entry::getValue, (a, b) -> a, LinkedHashMap::new)));
  }
}
