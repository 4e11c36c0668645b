package org.polykern.runner.spawn;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.polykern.runner.json.JsonException;
import org.polykern.runner.json.JsonObject;
import org.polykern.runner.json.JsonReader;

/** What the jail has refused since the runner's start, by call. Confined to the loop thread. */
public final class Refusals {
  private static final int MAX_EVENT_BYTES = 1024 * 1024;

  /** Users choose the names of programs, and the log is no place for all of them. */
  private static final int MAX_WATCHED = 500;

  private final Map<String, Long> totals = new TreeMap<>();
  private final Set<String> watched = new HashSet<>();
  private final Consumer<String> log;
  private Runnable changed = () -> {};

  /**
   * None so far.
   *
   * @param log takes what would have been refused where the operator only watches; once for each
   *     program and call
   */
  public Refusals(Consumer<String> log) {
    this.log = log;
  }

  /** Calls {@code listener} after every change. */
  public void onChange(Runnable listener) {
    changed = listener;
  }

  /** How often each call was refused; a view. */
  public Map<String, Long> totals() {
    return Collections.unmodifiableMap(totals);
  }

  /** Whether an event of the helper says anything about refusals; from any thread. */
  static boolean tells(String event) {
    return event.startsWith("{\"event\":\"refused\"")
        || event.startsWith("{\"event\":\"watched\"")
        || event.startsWith("{\"event\":\"exit\"");
  }

  private void watch(@Nullable String call, @Nullable String program) {
    String use = call + "(2) of '" + program + "'";
    if (watched.size() < MAX_WATCHED && watched.add(use)) {
      log.accept("The jail only watches, but would have refused " + use + ".");
    }
  }

  /** The part of one program, whose helper counts by itself and tells its sums now and then. */
  final class OfProgram {
    private final Map<String, Long> known = new HashMap<>();

    /** Its helper refuses nothing, but sums up as if it did. */
    private boolean watching;

    /** Takes a line of the helper's events for which {@link #tells} is true. */
    void event(String line) {
      JsonObject event = JsonReader.object(line.getBytes(StandardCharsets.UTF_8), MAX_EVENT_BYTES);
      String call = event.text("call");
      if ("watched".equals(event.text("event"))) {
        watching = true;
        watch(call, event.text("program"));
        return;
      }
      Map<String, Long> sums = new HashMap<>();
      Long count = event.integer("count");
      if (call != null && count != null) {
        sums.put(call, count);
      } else if (!watching && event.members().get("refused") instanceof JsonObject all) {
        for (String name : all.members().keySet()) {
          Long sum = all.integer(name);
          if (sum == null) {
            throw new JsonException("Expected the number of refused calls of " + name + ".");
          }
          sums.put(name, sum);
        }
      }
      if (sums.entrySet().stream().filter(sum -> learn(sum.getKey(), sum.getValue())).count() > 0) {
        changed.run();
      }
    }

    private boolean learn(String call, long sum) {
      long before = known.getOrDefault(call, 0L);
      if (sum <= before) {
        return false;
      }
      known.put(call, sum);
      totals.merge(call, sum - before, Long::sum);
      return true;
    }
  }
}
