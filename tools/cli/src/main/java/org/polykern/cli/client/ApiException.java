package org.polykern.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.StringJoiner;

/** The server refused a request: its problem document, and the HTTP status it came with. */
public final class ApiException extends ClientException {
  private static final long serialVersionUID = 1L;
  private static final String PROBLEM_BASE = "https://api.backend.ai/probs/";

  private final int status;
  private final String kind;
  private final String title;
  private final String msg;
  private final transient JsonNode data;

  ApiException(int status, String type, String title, String msg, JsonNode data) {
    super(sentence(title, msg, data), null);
    this.status = status;
    this.kind = type.startsWith(PROBLEM_BASE) ? type.substring(PROBLEM_BASE.length()) : type;
    this.title = title;
    this.msg = msg;
    this.data = data;
  }

  /** From a problem document; any other body becomes a problem without a kind. */
  static ApiException of(int status, JsonNode body) {
    return new ApiException(
        status,
        body.path("type").asText(""),
        body.path("title").asText("The server answered HTTP " + status + "."),
        body.path("msg").asText(""),
        body.path("data"));
  }

  /** The HTTP status. */
  public int status() {
    return status;
  }

  /** The last part of the problem's type, such as {@code object-not-found}; may be empty. */
  public String kind() {
    return kind;
  }

  /** The problem's title, never empty. */
  public String title() {
    return title;
  }

  /** The problem's own message; may be empty. */
  public String msg() {
    return msg;
  }

  /** The problem's data; a missing node when there is none. */
  public JsonNode data() {
    return data == null ? MissingNode.getInstance() : data;
  }

  /**
   * The sentence, and below it what a program wrote before it failed, where the answer has that.
   */
  public String report() {
    StringBuilder report = new StringBuilder(String.valueOf(getMessage()));
    if (data().isTextual()) {
      data().asText().lines().forEach(line -> report.append("\n  ").append(line));
    }
    return report.toString();
  }

  @Override
  public String hint() {
    return switch (kind) {
      case "auth-failed" ->
          "Check BACKEND_ACCESS_KEY and BACKEND_SECRET_KEY; 'polykern config' shows where they"
              + " come from.";
      case "invalid-auth-params" ->
          "Requests are valid for 15 minutes: check this machine's clock and the server's.";
      case "session-already-exists" ->
          "Use another --name, drop --no-reuse, or remove it first with 'polykern rm'.";
      case "too-many-sessions-matched" -> "Give more of the name or of the id.";
      case "rate-limit-exceeded" -> "Wait a little and try again.";
      case "object-not-found" ->
          title.contains("session") ? "'polykern ps' lists the sessions." : "";
      default -> "";
    };
  }

  private static String sentence(String title, String msg, JsonNode data) {
    StringBuilder text = new StringBuilder(title);
    if (!msg.isEmpty() && !msg.equals(title)) {
      if (title.endsWith(".")) {
        text.setLength(text.length() - 1);
      }
      text.append(": ").append(msg);
    }
    String details = details(data, msg);
    return details.isEmpty() ? text.toString() : text + " (" + details + ")";
  }

  /** Field messages and candidates, where they say more than the message does. */
  private static String details(JsonNode data, String msg) {
    StringJoiner joined = new StringJoiner(", ");
    if (data.path("matches").isArray()) {
      for (JsonNode match : data.path("matches")) {
        joined.add(match.path("name").asText() + " = " + match.path("id").asText());
      }
    } else if (data.isObject()) {
      for (var field : data.properties()) {
        String value = field.getValue().asText();
        if (!value.isEmpty() && !msg.contains(value)) {
          joined.add(field.getKey() + ": " + value);
        }
      }
    }
    return joined.toString();
  }
}
