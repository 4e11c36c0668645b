package org.polykern.cli.service;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.polykern.cli.client.ApiClient;
import org.polykern.cli.client.ApiException;
import org.polykern.cli.client.ClientException;

/** A port of this machine whose every connection becomes a {@link Tunnel}. */
public final class LocalPort implements AutoCloseable {
  private static final int LINGER_MILLIS = 500;
  private static final long LINGER_BYTES = 1 << 20;

  private final ApiClient api;
  private final ServiceTarget target;
  private final boolean http;
  private final Complaints complaints;
  private final ServerSocket server;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();

  /** Told what a connection died of. */
  @FunctionalInterface
  public interface Complaints {
    void accept(String sentence);
  }

  private LocalPort(
      ApiClient api,
      ServiceTarget target,
      boolean http,
      Complaints complaints,
      ServerSocket server) {
    this.api = api;
    this.target = target;
    this.http = http;
    this.complaints = complaints;
    this.server = server;
  }

  /**
   * Listens from now on.
   *
   * @param port 0 = any that is free
   * @param http whether the service speaks HTTP, so that a failure can be an answer in a browser
   * @throws IOException if the port is taken, or the address is not one of this machine
   */
  public static LocalPort listen(
      ApiClient api,
      ServiceTarget target,
      InetAddress address,
      int port,
      boolean http,
      Complaints complaints)
      throws IOException {
    ServerSocket server = new ServerSocket();
    try {
      server.bind(new InetSocketAddress(address, port), 128);
    } catch (IOException e) {
      server.close();
      throw e;
    }
    LocalPort localPort = new LocalPort(api, target, http, complaints, server);
    Thread.ofVirtual().name("tunnel-accept").start(localPort::accept);
    return localPort;
  }

  /** The port that is listened on. */
  public int port() {
    return server.getLocalPort();
  }

  /** The address that is listened on. */
  public InetAddress address() {
    return server.getInetAddress();
  }

  /** Stops listening and ends all connections. */
  @Override
  public void close() {
    closeQuietly(server);
    open.forEach(LocalPort::closeQuietly);
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        open.add(socket);
        Thread.ofVirtual().name("tunnel").start(() -> serve(socket));
      } catch (IOException e) {
        if (!server.isClosed()) {
          // One connection that broke while it waited is no reason to stop.
          complaints.accept("A connection could not be accepted: " + e.getMessage() + ".");
        }
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
      Tunnel.End end = Tunnel.run(api, target, socket.getInputStream(), socket.getOutputStream());
      if (!end.clean()) {
        fail(socket, !end.received(), sentence(end));
      }
    } catch (ClientException e) {
      fail(socket, true, e instanceof ApiException refused ? refused.report() : e.getMessage());
    } catch (IOException e) {
      // The local program went away before anything was said.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      open.remove(socket);
    }
  }

  private String sentence(Tunnel.End end) {
    String why = end.reason().isEmpty() ? "" : ": " + end.reason();
    return end.code() == 1013
        ? "Nobody listens on the port of " + target.service() + why + "; try again."
        : "The connection to " + target.service() + " broke (" + end.code() + ")" + why + ".";
  }

  private void fail(Socket socket, boolean unanswered, @Nullable String sentence) {
    if (server.isClosed()) {
      return; // Nobody is there any more to whom it matters.
    }
    complaints.accept(String.valueOf(sentence));
    if (!http || !unanswered) {
      return;
    }
    byte[] body = (sentence + "\n").getBytes(StandardCharsets.UTF_8);
    String head =
        "HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain; charset=utf-8\r\n"
            + "Connection: close\r\nContent-Length: "
            + body.length
            + "\r\n\r\n";
    try {
      socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().write(body);
      socket.shutdownOutput();
      // What was asked is read first: closing before would reset, and the answer would be lost.
      socket.setSoTimeout(LINGER_MILLIS);
      socket.getInputStream().skipNBytes(LINGER_BYTES);
    } catch (IOException e) {
      // Nobody waits for the answer.
    }
  }

  private static void closeQuietly(AutoCloseable closeable) {
    try {
      closeable.close();
    } catch (Exception e) {
      // It is closed.
    }
  }
}
