package org.polykern.bench;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import org.polykern.cli.client.ClientConfig;
import org.polykern.cli.client.RequestSigner;

/**
 * A plain WebSocket: the JDK's takes a processor for itself at the rates that are measured here, as
 * the C programs that are the yardsticks do not. Knows the frames that a server sends here, and no
 * more. Safe for one thread that reads and others that write.
 */
final class RawWebSocket implements AutoCloseable {
  private static final int BUFFER = 256 << 10;
  private static final int BINARY = 2;
  private static final int CONTINUATION = 0;
  private static final int CLOSE = 8;
  private static final int PING = 9;
  private static final int PONG = 10;
  private static final int FIN = 0x80;
  private static final int MASKED = 0x80;
  private static final int LONGEST_SHORT = 125;

  private final Socket socket;
  private final DataInputStream in;
  private final DataOutputStream out;
  private byte[] piece = new byte[BUFFER];

  /**
   * @param target path and query
   * @param headers more of them, each with its line end
   */
  RawWebSocket(ClientConfig config, String target, String headers) throws IOException {
    var endpoint = config.endpoint();
    socket = new Socket(endpoint.getHost(), endpoint.getPort());
    socket.setTcpNoDelay(true);
    in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), BUFFER));
    out = new DataOutputStream(socket.getOutputStream());
    var host = endpoint.getHost() + ":" + endpoint.getPort();
    var date = Clock.systemUTC().instant().truncatedTo(ChronoUnit.MILLIS).toString();
    var authorization =
        new RequestSigner(config.accessKey(), config.secretKey())
            .authorization("GET", target, date, host, null);
    out.write(
        """
        GET %s HTTP/1.1\r
        Host: %s\r
        Connection: Upgrade\r
        Upgrade: websocket\r
        Sec-WebSocket-Version: 13\r
        Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r
        X-BackendAI-Date: %s\r
        X-BackendAI-Version: %s\r
        Authorization: %s\r
        %s\r
        """
            .formatted(target, host, date, RequestSigner.API_VERSION, authorization, headers)
            .getBytes(StandardCharsets.US_ASCII));
    var head = head();
    if (!head.startsWith("HTTP/1.1 101 ")) {
      throw new IOException("Expected a WebSocket, but got " + head);
    }
  }

  private String head() throws IOException {
    var head = new ByteArrayOutputStream();
    while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
      head.write(in.readUnsignedByte());
    }
    return head.toString(StandardCharsets.ISO_8859_1);
  }

  /** Sends up to 125 bytes as one message. */
  void send(byte[] bytes) throws IOException {
    send(BINARY, bytes, bytes.length);
  }

  private synchronized void send(int type, byte[] bytes, int length) throws IOException {
    var frame = new ByteArrayOutputStream();
    frame.write(FIN | type);
    frame.write(MASKED | length);
    frame.write(new byte[4]); // A mask of zeroes leaves the bytes as they are.
    frame.write(bytes, 0, length);
    out.write(frame.toByteArray());
  }

  /**
   * The next message, or its next piece; good until the next call.
   *
   * @throws IOException if the server closes
   */
  ByteBuffer next() throws IOException {
    while (true) {
      int type = in.readUnsignedByte() & 0xf;
      int first = in.readUnsignedByte();
      long announced =
          first <= LONGEST_SHORT
              ? first
              : first == LONGEST_SHORT + 1 ? in.readUnsignedShort() : in.readLong();
      int length = Math.toIntExact(announced);
      if (length > piece.length) {
        piece = new byte[length];
      }
      in.readFully(piece, 0, length);
      switch (type) {
        case BINARY, CONTINUATION -> {
          return ByteBuffer.wrap(piece, 0, length);
        }
        case PING -> send(PONG, piece, length);
        case CLOSE -> {
          var reason = new String(piece, 2, Math.max(0, length - 2), StandardCharsets.UTF_8);
          throw new IOException("The server closed: " + reason);
        }
        default -> throw new IOException("Expected binary messages, but a frame of type " + type);
      }
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
