package org.polykern.runner;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.polykern.runner.json.JsonException;
import org.polykern.runner.json.JsonReader;
import org.polykern.runner.json.JsonText;
import org.polykern.runner.link.AgentLink;
import org.polykern.runner.link.Command;
import org.polykern.runner.link.MessageType;
import org.polykern.runner.service.ServiceHost;
import org.polykern.runner.service.ServiceSurroundings;

/** The commands about a session's services, in the link's words. Loop thread only. */
final class Services {
  private static final String NO_MODELS =
      "Expected a session with services of models, but this runner cannot start any.";

  private final AgentLink link;
  private final ServiceSurroundings given;

  /** Made for the first command: most sessions have none, and a start would feel it. */
  private @Nullable ServiceHost host;

  Services(AgentLink link, ServiceSurroundings given) {
    this.link = link;
    this.given = given;
  }

  /** Answers a command; false when it is not about services. */
  boolean command(Command command) {
    switch (command.type()) {
      case "get-apps" -> apps(command);
      case "start-service" ->
          host()
              .start(
                  command.body(),
                  answer -> answer(MessageType.SERVICE_RESULT, command, answer.json()));
      case "start-model-service" ->
          answer(
              MessageType.MODEL_SERVICE_RESULT,
              command,
              Map.of("status", "failed", "error", NO_MODELS));
      case "event" -> {
        // What happened outside, such as "oom"; nothing here depends on it, and it has no answer.
      }
      case "shutdown-service" -> host().stop(name(command), () -> stopped(command));
      case "service-log" -> log(command);
      default -> {
        return false;
      }
    }
    return true;
  }

  /** Ends all services, then calls {@code done}. */
  void stopAll(Runnable done) {
    if (host == null) {
      done.run();
    } else {
      host.stopAll(done);
    }
  }

  private ServiceHost host() {
    ServiceHost made = host;
    if (made == null) {
      made = new ServiceHost(given);
      host = made;
    }
    return made;
  }

  private void apps(Command command) {
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("status", "done");
    result.put("data", host().apps(name(command)));
    answer(MessageType.APPS_RESULT, command, result);
  }

  private void stopped(Command command) {
    // The plain protocol has no answer to it.
    if (link.framed()) {
      answer(MessageType.SERVICE_RESULT, command, Map.of("status", "done"));
    }
  }

  private void log(Command command) {
    String name = name(command);
    host()
        .running(
            name,
            running -> {
              Map<String, Object> result = new LinkedHashMap<>();
              result.put("status", "done");
              result.put("log", host().log(name));
              result.put("running", running);
              answer(MessageType.SERVICE_LOG_RESULT, command, result);
            });
  }

  /** The body as a name: JSON text, or bare, or nothing. */
  private static String name(Command command) {
    String body = new String(command.body(), StandardCharsets.UTF_8).strip();
    if (body.startsWith("\"")) {
      try {
        return String.valueOf(JsonReader.value(body));
      } catch (JsonException e) {
        return body;
      }
    }
    return body;
  }

  private void answer(MessageType type, Command command, Map<String, ?> members) {
    String id = command.header().text("id");
    String header = id == null ? "{}" : JsonText.of(Map.of("id", id));
    link.control(type, header, JsonText.of(members).getBytes(StandardCharsets.UTF_8));
  }
}
