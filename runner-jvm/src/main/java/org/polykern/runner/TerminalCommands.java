package org.polykern.runner;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.polykern.runner.json.JsonException;
import org.polykern.runner.json.JsonObject;
import org.polykern.runner.json.JsonReader;
import org.polykern.runner.json.JsonText;
import org.polykern.runner.link.AgentLink;
import org.polykern.runner.link.Command;
import org.polykern.runner.link.MessageType;
import org.polykern.runner.terminal.StreamPort;
import org.polykern.runner.terminal.Terminals;

/** The commands about terminals. Nothing of these is loaded before the first. Loop thread only. */
final class TerminalCommands {
  private static final int MAX_BODY_BYTES = 64 * 1024;
  private static final long ROWS = 24;
  private static final long COLUMNS = 80;

  private final AgentLink link;
  private final Languages.Surroundings given;
  private final @Nullable StreamPort port;
  private @Nullable Terminals terminals;

  /**
   * @param port null where the agent wants no streams
   */
  TerminalCommands(AgentLink link, Languages.Surroundings given, @Nullable StreamPort port) {
    this.link = link;
    this.given = given;
    this.port = port;
  }

  /** Answers a command; false when it is not about terminals. */
  boolean command(Command command) {
    if (!command.type().equals("open-terminal")) {
      return false;
    }
    String id = command.header().text("id");
    Map<String, String> result;
    try {
      result = Map.of("status", "opened", "token", open(command.body()));
    } catch (IOException | JsonException e) {
      result = Map.of("status", "failed", "error", String.valueOf(e.getMessage()));
    }
    link.control(
        MessageType.TERMINAL_RESULT,
        id == null ? "{}" : JsonText.of(Map.of("id", id)),
        JsonText.of(result).getBytes(StandardCharsets.UTF_8));
    return true;
  }

  /** Ends all terminals. */
  void close() {
    if (terminals != null) {
      terminals.close("The session has ended.");
    }
  }

  private String open(byte[] body) throws IOException {
    JsonObject json = JsonReader.object(body, MAX_BODY_BYTES);
    if (port == null) {
      throw new IOException(
          "Expected a runner with a stream port, but this one was started without: its agent is"
              + " older than it.");
    }
    if (terminals == null) {
      terminals =
          new Terminals(
              port,
              new Terminals.Programs(
                  given.spawner(), given.environment(), given.work(), given.loop()));
    }
    return terminals.open(
        Objects.requireNonNullElse(json.text("terminal"), ""),
        size(json, "rows", ROWS),
        size(json, "cols", COLUMNS));
  }

  private static int size(JsonObject json, String key, long usual) {
    return Math.clamp(Objects.requireNonNullElse(json.integer(key), usual), 1, 65_535);
  }
}
