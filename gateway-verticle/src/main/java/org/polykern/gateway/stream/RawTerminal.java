package org.polykern.gateway.stream;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;

/** A terminal in binary messages: sub-protocol {@code polykern.terminal.v1}. */
final class RawTerminal implements TerminalReader.Sink {
  static final String PROTOCOL = "polykern.terminal.v1";

  private static final int MAX_MESSAGE = (1 << 20) + 1;

  private final ServerWebSocket socket;
  private final TerminalCommands commands;

  RawTerminal(ServerWebSocket socket, TerminalCommands commands) {
    this.socket = socket;
    this.commands = commands;
    socket.binaryMessageHandler(this::hear);
    socket.textMessageHandler(text ->
        commands.refuse(
            CloseCode.UNSUPPORTED, "Expected binary messages, but got a text message."));
  }

  private void hear(Buffer message) {
    if (message.length() > MAX_MESSAGE) {
      commands.refuse(CloseCode.TOO_BIG, "Expected at most 1 MiB in one message.");
      return;
    }
    var length = message.length() - 1;
    var payload = message.slice(Math.min(1, message.length()), message.length());
    switch (length < 0 ? -1 : message.getByte(0)) {
      case TerminalFrame.BYTES -> commands.type(payload);
      case TerminalFrame.SIZE -> resize(payload);
      case TerminalFrame.PING -> ping(payload);
      case TerminalFrame.TAKEN -> taken(payload);
      default ->
          commands.refuse(
              CloseCode.INVALID, "Expected a message that begins with its type: 1, 2, 3 or 6.");
    }
  }

  private void resize(Buffer payload) {
    if (payload.length() == 4) {
      var size = new TerminalSize(payload.getUnsignedShort(0), payload.getUnsignedShort(2));
      if (size.isSensible()) {
        commands.resize(size);
        return;
      }
    }
    commands.refuse(CloseCode.INVALID, TerminalSize.EXPECTED);
  }

  private void ping(Buffer payload) {
    if (payload.length() > TerminalFrame.MAX_PING) {
      commands.refuse(CloseCode.INVALID, "Expected at most 64 bytes in a ping.");
    } else {
      commands.ping(payload);
    }
  }

  private void taken(Buffer payload) {
    if (payload.length() == 4) {
      commands.taken(payload.getUnsignedInt(0));
    } else {
      commands.refuse(CloseCode.INVALID, "Expected 4 bytes behind type 6.");
    }
  }

  @Override
  public void output(Buffer piece) {
    send(TerminalFrame.BYTES, piece);
  }

  @Override
  public void screen(Buffer piece) {
    send(TerminalFrame.SCREEN, piece);
  }

  @Override
  public void size(TerminalSize size) {
    send(
        TerminalFrame.SIZE,
        Buffer.buffer().appendUnsignedShort(size.rows()).appendUnsignedShort(size.columns()));
  }

  @Override
  public void pong(Buffer payload) {
    send(TerminalFrame.PING, payload);
  }

  @Override
  public void ended(String sentence) {
    send(TerminalFrame.ENDED, Buffer.buffer(sentence));
  }

  private void send(int type, Buffer payload) {
    socket.writeBinaryMessage(
        Buffer.buffer(payload.length() + 1).appendByte((byte) type).appendBuffer(payload));
  }
}
