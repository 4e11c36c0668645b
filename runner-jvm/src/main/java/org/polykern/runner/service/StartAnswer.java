package org.polykern.runner.service;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What came of a start.
 *
 * @param status {@code started}, {@code running} (it did before), or {@code failed}
 * @param error why it failed, a sentence; null = it did not
 * @param log the end of what the service wrote; may be empty
 */
public record StartAnswer(String status, @Nullable String error, String log) {
  static final StartAnswer STARTED = new StartAnswer("started", null, "");
  static final StartAnswer RUNNING = new StartAnswer("running", null, "");

  static StartAnswer failed(String sentence, String log) {
    return new StartAnswer("failed", sentence, log);
  }

  /** Its members on the link. */
  public Map<String, Object> json() {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("status", status);
    if (error != null) {
      members.put("error", error);
      members.put("log", log);
    }
    return members;
  }
}
