package org.polykern.gateway.run;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.polykern.common.bus.RunCommand.Mode;
import org.polykern.common.id.RunId;
import org.polykern.gateway.http.Parameters;

/**
 * The body of an execute call.
 *
 * @param mode null for the legacy mode {@code complete}
 * @param runId null for a new run
 */
public record ExecuteRequest(
    @Nullable Mode mode, @Nullable RunId runId, String code, Map<String, Object> options) {
  private static final int MAX_RUN_ID = 64;

  /** Throws 400 naming the key. */
  public static ExecuteRequest of(Parameters p) {
    var mode = mode(p);
    var runId = runId(p);
    if (runId == null && (mode == Mode.CONTINUE || mode == Mode.INPUT)) {
      throw p.invalid("runId", "Expected the runId of the earlier answer, but it is missing.");
    }
    var options = new LinkedHashMap<String, Object>();
    var given = p.object("options");
    if (given != null) {
      given
          .asPlain()
          .forEach((key, value) -> {
            if (value != null) {
              options.put(key, value);
            }
          });
    }
    return new ExecuteRequest(mode, runId, p.source("code"), options);
  }

  private static @Nullable Mode mode(Parameters p) {
    var text = p.requiredText("mode").toLowerCase(Locale.ROOT);
    return switch (text) {
      case "query" -> Mode.QUERY;
      case "batch" -> Mode.BATCH;
      case "continue" -> Mode.CONTINUE;
      case "input" -> Mode.INPUT;
      case "complete" -> null;
      default ->
          throw p.invalid(
              "mode",
              "Expected the mode query, batch, continue, input or complete, but got '"
                  + text
                  + "'.");
    };
  }

  static @Nullable RunId runId(Parameters p) {
    var text = p.text("runId", "run_id");
    if (text == null) {
      return null;
    }
    if (text.isEmpty() || text.length() > MAX_RUN_ID) {
      throw p.invalid(
          "runId", "Expected a run id of 1 to 64 characters, but got " + text.length() + ".");
    }
    return new RunId(text);
  }
}
