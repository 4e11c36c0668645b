package org.polykern.gateway.stream;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.util.Base64;

/** A terminal in JSON texts, as the API has it. */
final class JsonTerminal implements TerminalReader.Sink {
  private static final int MAX_TEXT = (1 << 20) / 3 * 4 + 256;

  private final ServerWebSocket socket;
  private final TerminalCommands commands;

  JsonTerminal(ServerWebSocket socket, TerminalCommands commands) {
    this.socket = socket;
    this.commands = commands;
    socket.textMessageHandler(this::hear);
    socket.binaryMessageHandler(bytes ->
        commands.refuse(
            CloseCode.UNSUPPORTED,
            "Expected JSON texts, but got a binary message; ask for polykern.terminal.v1."));
  }

  private void hear(String text) {
    if (text.length() > MAX_TEXT) {
      commands.refuse(CloseCode.TOO_BIG, "Expected at most 1 MiB in one message.");
      return;
    }
    JsonObject message;
    try {
      message = new JsonObject(text);
    } catch (DecodeException e) {
      commands.refuse(CloseCode.INVALID, "Expected a JSON object in each message.");
      return;
    }
    switch (message.getValue("type") instanceof String type ? type : "") {
      case "stdin" -> type(message.getValue("chars"));
      case "resize" -> resize(message.getValue("rows"), message.getValue("cols"));
      case "ping" -> commands.ping(Buffer.buffer());
      case "restart" -> commands.restart();
      default ->
          error("Expected a message of type stdin, resize, ping or restart, but it has another.");
    }
  }

  private void type(Object chars) {
    if (chars instanceof String base64) {
      try {
        commands.type(Buffer.buffer(Base64.getDecoder().decode(base64)));
        return;
      } catch (IllegalArgumentException e) {
        // is answered below
      }
    }
    error("Expected base64 as chars of stdin, but it is not.");
  }

  private void resize(Object rows, Object columns) {
    if (rows instanceof Integer high && columns instanceof Integer wide) {
      var size = new TerminalSize(high, wide);
      if (size.isSensible()) {
        commands.resize(size);
        return;
      }
    }
    error(TerminalSize.EXPECTED);
  }

  /** Whoever does not read is not told again and again. */
  private void error(String sentence) {
    if (socket.writeQueueFull()) {
      commands.refuse(CloseCode.INVALID, sentence);
    } else {
      socket.writeTextMessage(new JsonObject().put("type", "error").put("data", sentence).encode());
    }
  }

  @Override
  public void output(Buffer piece) {
    var data = Base64.getEncoder().encodeToString(piece.getBytes());
    socket.writeTextMessage("{\"type\":\"out\",\"data\":\"" + data + "\"}");
  }

  @Override
  public void screen(Buffer piece) {
    output(piece);
  }

  @Override
  public void size(TerminalSize size) {} // the API has no word for it

  @Override
  public void pong(Buffer payload) {} // nor for this

  @Override
  public void ended(String sentence) {} // the close code says it
}
