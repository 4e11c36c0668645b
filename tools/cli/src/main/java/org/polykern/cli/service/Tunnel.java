package org.polykern.cli.service;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import org.polykern.cli.client.ApiClient;
import org.polykern.cli.client.ApiSocket;
import org.polykern.cli.client.UnreachableException;

/**
 * One connection to a service: what is read here goes there, what comes from there is written here,
 * and the end of either is passed on.
 */
public final class Tunnel {
  /** The largest message: a quarter of what the server takes. */
  private static final int CHUNK = 64 * 1024;

  private static final int NORMAL = 1000;
  private static final int END_OF_STREAM = 1001;

  private final ApiSocket socket;
  private volatile boolean left; // the local program

  private Tunnel(ApiSocket socket) {
    this.socket = socket;
  }

  /**
   * How a connection ended.
   *
   * @param code the WebSocket's close code; 1000 also when the local side went away
   * @param reason what the server says; may be empty
   * @param received whether anything came before
   */
  public record End(int code, String reason, boolean received) {
    /** Whether one of both sides ended it as connections end. */
    public boolean clean() {
      return code == NORMAL || code == END_OF_STREAM;
    }
  }

  /**
   * Connects and passes on until the service ends the connection, or nobody takes what it sends;
   * blocks until then. The end of the input is passed on to the service, which may go on sending.
   * Closes neither stream.
   *
   * @throws org.polykern.cli.client.ClientException if the server refuses or does not answer
   */
  public static End run(ApiClient api, ServiceTarget target, InputStream in, OutputStream out)
      throws InterruptedException {
    try (ApiSocket socket = api.socket(target.route(), null)) {
      Tunnel tunnel = new Tunnel(socket);
      Thread.ofVirtual().name("tunnel-send").start(() -> tunnel.send(in));
      return tunnel.receive(out);
    }
  }

  private void send(InputStream in) {
    byte[] chunk = new byte[CHUNK];
    try {
      for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
        if (n > 0) {
          socket.send(ByteBuffer.wrap(chunk, 0, n));
        }
      }
      socket.send(ByteBuffer.allocate(0)); // The end of what this side sends.
    } catch (IOException e) {
      // The local program went away, or the connection has ended and its socket was closed.
      left = true;
      socket.close(NORMAL, "");
    } catch (UnreachableException e) {
      // Whoever receives sees how it ended.
    }
  }

  private End receive(OutputStream out) throws InterruptedException {
    boolean received = false;
    while (true) {
      switch (socket.next()) {
        case ApiSocket.Binary(ByteBuffer bytes) -> {
          received = true;
          try {
            out.write(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
            out.flush();
          } catch (IOException e) {
            socket.close(NORMAL, "");
            return new End(NORMAL, "", true);
          }
        }
        case ApiSocket.Text text -> {
          // No part of a byte stream.
        }
        case ApiSocket.End(int code, String reason) -> {
          return new End(left ? NORMAL : code, reason, received);
        }
      }
    }
  }
}
