package org.polykern.gateway.run;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.polykern.common.bus.RunCommand.ConsoleItem;
import org.polykern.common.bus.RunCommand.Outcome;
import org.polykern.common.id.RunId;

/** Results of runs in the client API's form. */
public final class ResultJson {
  /** What the API promises per stream and call, in code points; the rest is cut off. */
  static final int STREAM_LIMIT = 524_288;

  /** Exit code of a run whose kernel is gone. */
  private static final int KERNEL_LOST = 130;

  private ResultJson() {}

  static Map<String, Object> of(Outcome.Result result) {
    Object options =
        result.isPassword() != null
            ? Map.of("is_password", result.isPassword())
            : Map.of(); // an object always: clients look into it while waiting for input
    return result(
        result.runId(), result.status(), result.exitCode(), options, console(result.console()));
  }

  /** Nothing new to tell; the client is to ask again. */
  static Map<String, Object> continued(RunId runId) {
    return result(runId, "continued", null, Map.of(), List.of());
  }

  /** The run is over because its kernel is; why goes to stderr. */
  static Map<String, Object> lost(RunId runId, String reason, List<ConsoleItem> console) {
    var items = console(console);
    items.add(List.of("stderr", reason + "\n"));
    return result(runId, "finished", KERNEL_LOST, Map.of(), items);
  }

  /** What a stream tells about its run, with the members that are ours: where to read on. */
  public static Map<String, Object> message(Outcome.Piece piece) {
    var question = piece.question();
    Object options =
        question == null
            ? Map.of()
            : Map.of("is_password", question.isPassword(), "question", question.id());
    var body =
        body(piece.runId(), piece.status(), piece.exitCode(), options, console(piece.console()));
    body.put("offset", piece.offset());
    return body;
  }

  /** The last message of a stream whose kernel is gone; why goes to stderr. */
  public static Map<String, Object> lostMessage(RunId runId, long offset, String reason) {
    var console = List.<Object>of(List.of("stderr", reason + "\n"));
    var body = body(runId, "finished", KERNEL_LOST, Map.of(), console);
    body.put("offset", offset);
    return body;
  }

  private static Map<String, Object> result(
      RunId runId,
      String status,
      @Nullable Integer exitCode,
      Object options,
      List<Object> console) {
    return Map.of("result", body(runId, status, exitCode, options, console));
  }

  private static Map<String, Object> body(
      RunId runId,
      String status,
      @Nullable Integer exitCode,
      Object options,
      List<Object> console) {
    var body = new LinkedHashMap<String, Object>();
    body.put("runId", runId.value());
    body.put("status", status);
    body.put("exitCode", exitCode);
    body.put("options", options);
    body.put("files", List.of());
    body.put("console", console);
    return body;
  }

  static List<Object> console(List<ConsoleItem> items) {
    var console = new ArrayList<Object>();
    var left = new HashMap<String, Integer>();
    var cut = 0L;
    for (var item : items) {
      if (item.kind().equals("media")) {
        console.add(List.of("media", List.of(item.mime() == null ? "" : item.mime(), item.text())));
        continue;
      }
      var allowed = left.getOrDefault(item.kind(), STREAM_LIMIT);
      var text = firstCodePoints(item.text(), allowed);
      var points = text.codePointCount(0, text.length());
      left.put(item.kind(), allowed - points);
      cut += item.text().codePointCount(0, item.text().length()) - points;
      if (!text.isEmpty()) {
        console.add(List.of(item.kind(), text));
      }
    }
    if (cut > 0) {
      // Agents keep to the limit; this is for those that do not.
      var mark =
          String.format(Locale.ROOT, "\n[polykern: %,d characters were dropped here]\n", cut);
      console.add(List.of("stderr", mark));
    }
    return console;
  }

  private static String firstCodePoints(String text, int limit) {
    if (text.length() <= limit || text.codePointCount(0, text.length()) <= limit) {
      return text;
    }
    return text.substring(0, text.offsetByCodePoints(0, limit));
  }
}
