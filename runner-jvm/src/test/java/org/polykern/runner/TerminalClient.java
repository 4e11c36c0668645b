package org.polykern.runner;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.polykern.runner.json.JsonReader;
import org.polykern.runner.json.JsonText;
import org.polykern.runner.terminal.screen.Screen;

/** A viewer of a terminal, with a screen of its own that it draws on. Used by one thread. */
final class TerminalClient implements AutoCloseable {
  static final int BYTES = 1;
  static final int SIZE = 2;
  static final int PING = 3;
  static final int SCREEN = 4;
  static final int ENDED = 5;
  private static final Duration LIMIT = Duration.ofSeconds(20);

  /** A frame from the runner. */
  @SuppressWarnings("ArrayRecordComponent") // Nobody compares frames.
  record Frame(int type, byte[] payload) {
    String text() {
      return new String(payload, StandardCharsets.UTF_8);
    }
  }

  private final Socket socket = new Socket();
  private final DataInputStream in;
  private final StringBuilder output = new StringBuilder();
  private Screen screen = new Screen(24, 80);
  private int rows;
  private int columns;
  private int screens;

  private TerminalClient(RunnerProcess runner, String line, int receiveBuffer) throws IOException {
    if (receiveBuffer > 0) {
      socket.setReceiveBufferSize(receiveBuffer);
    }
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(Math.toIntExact(LIMIT.toMillis()));
    socket.connect(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), Math.toIntExact(runner.streams())));
    socket.getOutputStream().write(line.getBytes(StandardCharsets.ISO_8859_1));
    in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 64 * 1024));
  }

  /** Opens a terminal of 24 by 80 and sees it. */
  static TerminalClient open(RunnerProcess runner, LinkClient link, String name)
      throws IOException {
    return connect(runner, token(link, name, 24, 80) + "\n");
  }

  /** Connects with any first line. */
  static TerminalClient connect(RunnerProcess runner, String line) throws IOException {
    return new TerminalClient(runner, line, 0);
  }

  /** One that holds little of what it has not read. */
  static TerminalClient small(RunnerProcess runner, String line) throws IOException {
    return new TerminalClient(runner, line, 16 * 1024);
  }

  /** A token for a terminal. */
  static String token(LinkClient link, String name, int rows, int columns) {
    Map<String, Object> answer = answer(link, name, rows, columns);
    if (!"opened".equals(answer.get("status"))) {
      throw new AssertionError("Expected a terminal, but got " + answer);
    }
    return String.valueOf(answer.get("token"));
  }

  /** What the runner says to a wish for a terminal. */
  static Map<String, Object> answer(LinkClient link, String name, int rows, int columns) {
    link.send(
        "open-terminal",
        Map.of("id", "t"),
        JsonText.of(Map.of("terminal", name, "rows", rows, "cols", columns)));
    LinkClient.Message message = link.next("terminal-result");
    return JsonReader.object(message.body().getBytes(StandardCharsets.UTF_8), 10_000).members();
  }

  void type(String text) throws IOException {
    send(BYTES, text.getBytes(StandardCharsets.UTF_8));
  }

  void resize(int toRows, int toColumns) throws IOException {
    send(SIZE, ByteBuffer.allocate(4).putShort((short) toRows).putShort((short) toColumns).array());
    if (toRows > 0) {
      rows = toRows;
      columns = toColumns;
      screen.resize(rows, columns);
    }
  }

  void send(int type, byte[] payload) throws IOException {
    raw(
        ByteBuffer.allocate(4 + payload.length)
            .putInt((type << 24) | payload.length)
            .put(payload)
            .array());
  }

  void raw(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
  }

  /** The next frame, which is not drawn. Fails at the end. */
  Frame skip() throws IOException {
    int header = in.readInt();
    byte[] payload = new byte[header & 0xFF_FFFF];
    in.readFully(payload);
    return new Frame(header >>> 24, payload);
  }

  /** The next frame, which is drawn too. Fails at the end. */
  Frame next() throws IOException {
    Frame frame = skip();
    byte[] payload = frame.payload();
    switch (frame.type()) {
      case SIZE -> {
        ByteBuffer size = ByteBuffer.wrap(payload);
        rows = size.getShort();
        columns = size.getShort();
        screen.resize(rows, columns);
      }
      case SCREEN -> {
        screens++;
        screen = new Screen(rows, columns);
        screen.feed(payload, 0, payload.length);
        output.append("<screen>").append(frame.text());
      }
      case BYTES -> {
        screen.feed(payload, 0, payload.length);
        output.append(new String(payload, StandardCharsets.ISO_8859_1));
      }
      default -> {
        // Not drawn.
      }
    }
    return frame;
  }

  /** Reads until the output since the last call contains a text; answers what came before it. */
  String await(String text) throws IOException {
    int at;
    while ((at = output.indexOf(text)) < 0) {
      try {
        next();
      } catch (SocketTimeoutException | EOFException e) {
        throw new AssertionError("Expected " + text + ", but got only: " + output, e);
      }
    }
    String before = output.substring(0, at);
    output.delete(0, at + text.length());
    return before;
  }

  /** Whether the runner has closed the connection, without another frame before that. */
  boolean isClosedByRunner() throws IOException {
    try {
      return in.read() < 0;
    } catch (SocketException e) {
      return true;
    }
  }

  /** How many screens came. */
  int screens() {
    return screens;
  }

  String size() {
    return rows + " " + columns;
  }

  /** What this viewer sees. */
  Screen screen() {
    return screen;
  }

  /** Forgets what was read and not awaited. */
  void forget() {
    output.setLength(0);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
