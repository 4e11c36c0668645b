package org.polykern.runner;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.polykern.runner.json.JsonText;
import org.polykern.runner.link.AgentLink;
import org.polykern.runner.link.Command;
import org.polykern.runner.link.MessageType;

/**
 * The commands about a session's services. This runner has none, and says so to each of them, since
 * a caller that hears nothing waits for its own limit. Loop thread only.
 */
final class Services {
  private static final String NONE =
      "Expected a session with services, but this runner cannot start any.";

  private final AgentLink link;

  Services(AgentLink link) {
    this.link = link;
  }

  /** Answers a command; false when it is not about services. */
  boolean command(Command command) {
    switch (command.type()) {
      case "get-apps" ->
          answer(MessageType.APPS_RESULT, command, "{\"status\":\"done\",\"data\":[]}");
      case "start-service" -> answer(MessageType.SERVICE_RESULT, command, failed());
      case "start-model-service" -> answer(MessageType.MODEL_SERVICE_RESULT, command, failed());
      case "event" -> {
        // What happened outside, such as "oom"; nothing here depends on it, and it has no answer.
      }
      case "shutdown-service" -> {
        // The plain protocol has no answer to it.
        if (link.framed()) {
          answer(MessageType.SERVICE_RESULT, command, failed());
        }
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private void answer(MessageType type, Command command, String json) {
    String id = command.header().text("id");
    String header = id == null ? "{}" : JsonText.of(Map.of("id", id));
    link.control(type, header, json.getBytes(StandardCharsets.UTF_8));
  }

  private static String failed() {
    return JsonText.of(Map.of("status", "failed", "error", NONE));
  }
}
