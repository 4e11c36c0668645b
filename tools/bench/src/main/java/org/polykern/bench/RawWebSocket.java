package org.polykern.bench;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import org.polykern.cli.client.ClientConfig;
import org.polykern.cli.client.RequestSigner;

/**
 * A WebSocket that only counts the bytes it gets: the JDK's takes a processor for itself at the
 * rates that a proxy is measured at. Knows the frames that a server sends here, and no more.
 */
final class RawWebSocket implements AutoCloseable {
  private static final int BUFFER = 256 << 10;
  private static final int BINARY = 2;
  private static final int CONTINUATION = 0;
  private static final int PING = 9;
  private static final int FIN = 0x80;
  private static final int MASKED = 0x80;
  private static final int LONGEST_SHORT = 125;

  private final Socket socket;
  private final DataInputStream in;
  private final DataOutputStream out;

  /**
   * @param target path and query
   */
  RawWebSocket(ClientConfig config, String target) throws IOException {
    var endpoint = config.endpoint();
    socket = new Socket(endpoint.getHost(), endpoint.getPort());
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
        \r
        """
            .formatted(target, host, date, RequestSigner.API_VERSION, authorization)
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
    var frame = new ByteArrayOutputStream();
    frame.write(FIN | BINARY);
    frame.write(MASKED | bytes.length);
    frame.write(new byte[4]); // A mask of zeroes leaves the bytes as they are.
    frame.write(bytes);
    out.write(frame.toByteArray());
  }

  /** Reads at least so many bytes of messages. */
  void skip(long count) throws IOException {
    var buffer = new byte[BUFFER];
    for (long left = count; left > 0; ) {
      int type = in.readUnsignedByte() & 0xf;
      int first = in.readUnsignedByte();
      long length =
          first <= LONGEST_SHORT
              ? first
              : first == LONGEST_SHORT + 1 ? in.readUnsignedShort() : in.readLong();
      if (type != BINARY && type != CONTINUATION && type != PING) {
        throw new IOException("Expected " + left + " bytes more, but a frame of type " + type);
      }
      left -= type == PING ? 0 : length;
      for (long rest = length; rest > 0; ) {
        int got = in.read(buffer, 0, (int) Math.min(rest, buffer.length));
        if (got < 0) {
          throw new IOException("Expected " + rest + " bytes more of a frame");
        }
        rest -= got;
      }
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
