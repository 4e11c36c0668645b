package org.polykern.cli.training;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Answers as a server would whose every program prints two lines. By hand, since the JDK's own
 * server speaks no WebSocket.
 */
final class TrainingServer implements AutoCloseable {
  private static final String CREATED =
      "{\"sessionId\":\"x\",\"sessionName\":\"train\",\"status\":\"RUNNING\",\"created\":true}";
  private static final String BEGUN =
      "{\"status\":\"continued\",\"console\":[],\"exitCode\":null,\"options\":{},\"files\":[],"
          + "\"runId\":\"r\",\"offset\":0}";
  private static final String FINISHED =
      "{\"status\":\"finished\",\"console\":[[\"stdout\",\"1\\n\"],[\"stderr\",\"2\\n\"]],"
          + "\"exitCode\":0,\"options\":{},\"files\":[],\"runId\":\"r\",\"offset\":9}";
  private static final String MATCHES =
      "{\"matches\":[{\"id\":\"x\",\"name\":\"train\",\"status\":\"RUNNING\"}]}";
  private static final String PROBLEM =
      "{\"type\":\"https://api.backend.ai/probs/object-not-found\",\"title\":\"No such session.\"}";

  private static final Pattern KEY = Pattern.compile("(?i)\r\nsec-websocket-key: *(\\S+)");
  private static final Pattern LENGTH = Pattern.compile("(?i)\r\ncontent-length: *(\\d+)");
  private static final int TEXT = 0x81;
  private static final int CLOSE = 0x88;

  private final ServerSocket listening;

  TrainingServer() {
    try {
      listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException("Expected a free port on the loopback", e);
    }
    Thread.ofPlatform().daemon().name("training-server").start(this::accept);
  }

  int port() {
    return listening.getLocalPort();
  }

  @Override
  public void close() {
    try {
      listening.close();
    } catch (IOException e) {
      // The process ends next.
    }
  }

  private void accept() {
    while (!listening.isClosed()) {
      try {
        Socket socket = listening.accept();
        Thread.ofPlatform().daemon().name("training").start(() -> serve(socket));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private static void serve(Socket socket) {
    try (socket) {
      DataInputStream in = new DataInputStream(socket.getInputStream());
      OutputStream out = socket.getOutputStream();
      for (String head = head(in); head != null; head = head(in)) {
        var key = KEY.matcher(head);
        if (key.find()) {
          run(in, out, key.group(1));
          return;
        }
        var length = LENGTH.matcher(head);
        if (length.find()) {
          in.skipNBytes(Long.parseLong(length.group(1)));
        }
        answer(out, head.substring(0, head.indexOf(" HTTP")));
      }
    } catch (IOException gone) {
      // The command under training has what it wanted.
    }
  }

  private static @Nullable String head(DataInputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.length() < 4 || head.indexOf("\r\n\r\n", head.length() - 4) < 0) {
      int next = in.read();
      if (next < 0) {
        return null;
      }
      head.append((char) next);
    }
    return head.toString();
  }

  private static void answer(OutputStream out, String request) throws IOException {
    String route = request.replaceFirst("\\?.*", "");
    switch (route) {
      case "POST /session" -> reply(out, 201, CREATED);
      case "GET /session/_/match" -> reply(out, 200, MATCHES);
      case "DELETE /session/gone" -> reply(out, 404, PROBLEM);
      default -> reply(out, 200, "{\"status\":\"RUNNING\"}");
    }
  }

  private static void reply(OutputStream out, int status, String body) throws IOException {
    write(
        out,
        String.format(
            Locale.ROOT,
            "HTTP/1.1 %d X\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
            status,
            body.length(),
            body));
  }

  /** One run over the execute stream. */
  private static void run(DataInputStream in, OutputStream out, String key) throws IOException {
    write(
        out,
        "HTTP/1.1 101 X\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
            + accept(key)
            + "\r\n\r\n");
    skipFrame(in);
    frame(out, TEXT, BEGUN.getBytes(StandardCharsets.US_ASCII));
    frame(out, TEXT, FINISHED.getBytes(StandardCharsets.US_ASCII));
    frame(out, CLOSE, new byte[] {1000 >> 8, (byte) 1000});
    skipFrame(in);
  }

  private static void frame(OutputStream out, int type, byte[] payload) throws IOException {
    ByteBuffer frame = ByteBuffer.allocate(4 + payload.length).put((byte) type);
    if (payload.length < 126) {
      frame.put((byte) payload.length);
    } else {
      frame.put((byte) 126).putShort((short) payload.length);
    }
    out.write(frame.put(payload).array(), 0, frame.position());
    out.flush();
  }

  private static void skipFrame(DataInputStream in) throws IOException {
    in.readByte();
    int length = in.readByte() & 0x7f;
    in.skipNBytes(4 + (length == 126 ? in.readUnsignedShort() : length));
  }

  private static String accept(String key) {
    try {
      String text = key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
      byte[] hash =
          MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.US_ASCII));
      return Base64.getEncoder().encodeToString(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Expected every Java runtime to have SHA-1", e);
    }
  }

  private static void write(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
    out.flush();
  }
}
