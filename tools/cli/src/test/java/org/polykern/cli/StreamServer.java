package org.polykern.cli;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Serves WebSockets below {@code /stream} by a script, and everything else by a {@link
 * SignedServer}. Frames are written by hand, so that tests decide what breaks where.
 */
public final class StreamServer implements AutoCloseable {
  public static final int TEXT = 1;
  public static final int BINARY = 2;
  public static final int CLOSE = 8;
  public static final int PING = 9;
  public static final int PONG = 10;

  /** What a connection does, from the handshake to its end; returning drops it. */
  @FunctionalInterface
  public interface Script {
    void play(Peer peer) throws IOException;
  }

  /** A frame from the client, unmasked. */
  public record Frame(int type, ByteBuffer payload) {
    public String text() {
      return StandardCharsets.UTF_8.decode(payload.duplicate()).toString();
    }
  }

  public final SignedServer rest;
  private final ServerSocket listening;
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private final List<String> targets = new CopyOnWriteArrayList<>();
  private final Script script;

  public StreamServer(Script script) throws IOException {
    this.script = script;
    this.rest = new SignedServer();
    this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  public String endpoint() {
    return "http://127.0.0.1:" + listening.getLocalPort();
  }

  public Map<String, String> environment() {
    Map<String, String> environment = new HashMap<>(rest.environment());
    environment.put("BACKEND_ENDPOINT", endpoint());
    return environment;
  }

  /** The targets of all streams so far, refused ones included. */
  public List<String> targets() {
    return targets;
  }

  @Override
  public void close() throws IOException {
    listening.close();
    for (Socket socket : sockets) {
      socket.close();
    }
    rest.close();
  }

  private void accept() {
    while (!listening.isClosed()) {
      try {
        Socket socket = listening.accept();
        sockets.add(socket);
        Thread.ofVirtual().start(() -> serve(socket));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      socket.setTcpNoDelay(true);
      String head = head(socket.getInputStream());
      if (head.startsWith("GET /stream/") && head.contains("Upgrade: ")) {
        upgrade(socket, head);
      } else {
        answer(socket, head);
      }
    } catch (IOException broken) {
      // As scripts and clients want it.
    }
  }

  private static String head(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("no request");
      }
      head.write(next);
    }
    return head.toString(StandardCharsets.ISO_8859_1);
  }

  /** One call for each connection: the next one could be an upgrade. */
  private void answer(Socket socket, String head) throws IOException {
    String[] line = head.split(" ", 3);
    Map<String, String> headers = headers(head);
    int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
    String body =
        new String(socket.getInputStream().readNBytes(length), StandardCharsets.ISO_8859_1);
    SignedServer.Answer answer =
        rest.answer(
            name -> headers.get(name.toLowerCase(Locale.ROOT)),
            new SignedServer.Seen(
                line[0], line[1], headers.getOrDefault("content-type", ""), body));
    String lengthHeader =
        answer.status() == 204 ? "" : "Content-Length: " + answer.body().length() + "\r\n";
    String text =
        "HTTP/1.1 %d -\r\nContent-Type: %s\r\n%sConnection: close\r\n\r\n%s"
            .formatted(answer.status(), answer.type(), lengthHeader, answer.body());
    socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** By their names in lower case. */
  private static Map<String, String> headers(String head) {
    Map<String, String> headers = new HashMap<>();
    String[] lines = head.split("\r\n", -1);
    for (String line : Arrays.copyOfRange(lines, 1, lines.length - 2)) {
      String[] field = line.split(": ", 2);
      headers.put(field[0].toLowerCase(Locale.ROOT), field[1]);
    }
    return headers;
  }

  private void upgrade(Socket socket, String head) throws IOException {
    Map<String, String> headers = headers(head);
    String target = head.split(" ", 3)[1];
    targets.add(target);
    SignedServer.Seen seen = new SignedServer.Seen("GET", target, "", "");
    if (!SignedServer.signed(name -> headers.get(name.toLowerCase(Locale.ROOT)), seen)) {
      write(socket, "HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\n\r\n{}");
      return;
    }
    if (target.contains("nosuch")) {
      String problem =
          "{\"type\": \"https://api.backend.ai/probs/object-not-found\","
              + " \"title\": \"No such session.\"}";
      write(
          socket,
          "HTTP/1.1 404 Not Found\r\nContent-Length: " + problem.length() + "\r\n\r\n" + problem);
      return;
    }
    String asked = headers.get("sec-websocket-protocol");
    write(
        socket,
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Accept: "
            + accept(headers.get("sec-websocket-key"))
            + (asked == null ? "" : "\r\nSec-WebSocket-Protocol: " + asked)
            + "\r\n\r\n");
    script.play(new Peer(target, socket));
  }

  private static void write(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String accept(String key) {
    try {
      String text = key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
      byte[] hash =
          MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.US_ASCII));
      return Base64.getEncoder().encodeToString(hash);
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  /** The server's end of one connection. */
  public static final class Peer {
    private final String target;
    private final DataInputStream in;
    private final OutputStream out;

    Peer(String target, Socket socket) throws IOException {
      this.target = target;
      this.in = new DataInputStream(socket.getInputStream());
      this.out = socket.getOutputStream();
    }

    public String target() {
      return target;
    }

    public void send(String text) throws IOException {
      send(TEXT, true, text.getBytes(StandardCharsets.UTF_8));
    }

    public void close(int code, String reason) throws IOException {
      byte[] why = reason.getBytes(StandardCharsets.UTF_8);
      send(
          CLOSE, true, ByteBuffer.allocate(2 + why.length).putShort((short) code).put(why).array());
    }

    /** One frame; {@code type} 0 goes on with a message whose frames before were not final. */
    public synchronized void send(int type, boolean last, byte[] payload) throws IOException {
      ByteBuffer head = ByteBuffer.allocate(10);
      head.put((byte) ((last ? 0x80 : 0) | type));
      if (payload.length < 126) {
        head.put((byte) payload.length);
      } else if (payload.length < 1 << 16) {
        head.put((byte) 126).putShort((short) payload.length);
      } else {
        head.put((byte) 127).putLong(payload.length);
      }
      out.write(head.array(), 0, head.position());
      out.write(payload);
      out.flush();
    }

    /** The next frame that is no ping, which are answered; throws at the connection's end. */
    public Frame next() throws IOException {
      Frame frame = read();
      while (frame.type() == PING) {
        send(PONG, true, frame.payload().array());
        frame = read();
      }
      return frame;
    }

    private Frame read() throws IOException {
      int type = in.readUnsignedByte() & 0xf;
      int length = in.readUnsignedByte() & 0x7f;
      length =
          length == 126 ? in.readUnsignedShort() : length == 127 ? (int) in.readLong() : length;
      byte[] mask = in.readNBytes(4);
      byte[] payload = in.readNBytes(length);
      for (int i = 0; i < payload.length; i++) {
        payload[i] ^= mask[i % 4];
      }
      return new Frame(type, ByteBuffer.wrap(payload));
    }
  }
}
