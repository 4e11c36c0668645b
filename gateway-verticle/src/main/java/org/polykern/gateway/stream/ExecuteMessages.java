package org.polykern.gateway.stream;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.polykern.common.id.RunId;
import org.polykern.gateway.http.Json;

/** Messages of the execute stream that no run has written. */
final class ExecuteMessages {
  private ExecuteMessages() {}

  /** A reason as output, since official clients show nothing else. */
  static String stderr(@Nullable RunId run, String reason) {
    var message = new LinkedHashMap<String, Object>();
    message.put("runId", run == null ? null : run.value());
    message.put("status", "continued");
    message.put("exitCode", null);
    message.put("options", Map.of());
    message.put("files", List.of());
    message.put("console", List.of(List.of("stderr", reason + "\n")));
    return Json.text(message);
  }

  /**
   * The last message of a stream that ends before its run.
   *
   * @param kind the problem's, or null
   */
  static String end(String status, String reason, @Nullable String kind) {
    var message = new LinkedHashMap<String, Object>();
    message.put("status", status);
    message.put("msg", reason);
    if (kind != null) {
      message.put("problem", kind);
    }
    return Json.text(message);
  }
}
