package org.polykern.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.polykern.common.bus.StreamCommand.Outcome;

/** A viewer of a terminal, as a gateway is one. */
final class TerminalView implements AutoCloseable {
  private static final int BYTES = 1;
  private static final int PING = 3;
  private static final int SCREEN = 4;

  private final Socket socket;
  private final DataInputStream in;

  TerminalView(Outcome.Opened opened) throws IOException {
    socket = new Socket(opened.host(), opened.port());
    socket.setSoTimeout(20_000);
    socket.setTcpNoDelay(true);
    socket.getOutputStream().write((opened.token() + "\n").getBytes(StandardCharsets.US_ASCII));
    in = new DataInputStream(new java.io.BufferedInputStream(socket.getInputStream(), 64 << 10));
    assertThat(new String(in.readNBytes(2), StandardCharsets.US_ASCII)).isEqualTo("+\n");
  }

  void type(String text) throws IOException {
    send(BYTES, text.getBytes(StandardCharsets.UTF_8));
  }

  void ping() throws IOException {
    send(PING, new byte[] {7});
  }

  private void send(int type, byte[] payload) throws IOException {
    var frame = new byte[4 + payload.length];
    frame[0] = (byte) type;
    frame[1] = (byte) (payload.length >> 16);
    frame[2] = (byte) (payload.length >> 8);
    frame[3] = (byte) payload.length;
    System.arraycopy(payload, 0, frame, 4, payload.length);
    socket.getOutputStream().write(frame);
  }

  /** What is shown until {@code text} has come, the screen included. */
  String readTo(String text) throws IOException {
    var shown = new StringBuilder();
    while (shown.indexOf(text) < 0) {
      var type = in.readUnsignedByte();
      var payload = in.readNBytes(in.readUnsignedByte() << 16 | in.readUnsignedShort());
      if (type == BYTES || type == SCREEN) {
        shown.append(new String(payload, StandardCharsets.ISO_8859_1));
      }
    }
    return shown.toString();
  }

  /** Bytes of output until the answer to a ping. */
  long readToPong() throws IOException {
    var bytes = 0L;
    while (true) {
      var type = in.readUnsignedByte();
      var payload = in.readNBytes(in.readUnsignedByte() << 16 | in.readUnsignedShort());
      if (type == PING) {
        return bytes;
      }
      bytes += payload.length;
    }
  }

  /** Reads this much output at least. */
  void skip(long bytes) throws IOException {
    for (var left = bytes; left > 0; ) {
      in.readUnsignedByte();
      var length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
      in.skipNBytes(length);
      left -= length;
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
