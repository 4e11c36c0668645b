package org.polykern.sshd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TCP through the server, in the three ways that OpenSSH's client has. */
class ForwardingIT {
  private static final int BYTES = 16 << 20;

  @TempDir static Path shared;
  private static ServerProcess server;
  private static Path key;
  private static ServerSocket echo;

  @BeforeAll
  static void start() throws Exception {
    key = shared.resolve("id_container");
    ServerProcess.makeKey(key, "ed25519");
    server = new ServerProcess(shared, shared, Map.of());
    echo = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    Thread.ofPlatform().daemon().start(ForwardingIT::echoAll);
  }

  @AfterAll
  static void stop() throws IOException {
    server.close();
    echo.close();
  }

  private static void echoAll() {
    try {
      while (true) {
        var peer = echo.accept();
        Thread.ofPlatform().daemon().start(() -> echo(peer));
      }
    } catch (IOException e) {
      // The end of the tests.
    }
  }

  private static void echo(Socket peer) {
    try (peer) {
      peer.getInputStream().transferTo(peer.getOutputStream());
      peer.shutdownOutput();
    } catch (IOException e) {
      // What comes back is what the test looks at.
    }
  }

  @Test
  void shouldForwardAPortOfTheClient() throws Exception {
    int port = freePort();
    try (var client = new Client("-L", port + ":127.0.0.1:" + echo.getLocalPort())) {
      client.assertEchoes(true, () -> new Socket(InetAddress.getLoopbackAddress(), port));
    }
  }

  @Test
  void shouldForwardAPortOfTheSession() throws Exception {
    int port = freePort();
    try (var client = new Client("-R", port + ":127.0.0.1:" + echo.getLocalPort())) {
      client.assertEchoes(false, () -> new Socket(InetAddress.getLoopbackAddress(), port));
    }
    await().until(() -> !isOpen(port));
  }

  @Test
  void shouldForwardWhereverAProxysClientWants() throws Exception {
    int port = freePort();
    var proxy =
        new Proxy(Proxy.Type.SOCKS, new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    try (var client = new Client("-D", Integer.toString(port))) {
      client.assertEchoes(
          true,
          () -> {
            var socket = new Socket(proxy);
            socket.connect(
                InetSocketAddress.createUnresolved("127.0.0.1", echo.getLocalPort()), 10_000);
            return socket;
          });
    }
  }

  private interface Opening {
    Socket open() throws IOException;
  }

  private static boolean isOpen(int port) {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  /** A client that only forwards, until it is closed. */
  private static final class Client implements AutoCloseable {
    private final Process process;

    Client(String option, String what) throws IOException {
      var errors = Files.createTempFile(shared, "forward", ".log").toFile();
      process =
          new ProcessBuilder(
                  server.ssh(
                      key, "-N", "-o", "ExitOnForwardFailure=yes", option, what, "work@127.0.0.1"))
              .redirectErrorStream(true)
              .redirectOutput(errors)
              .start();
    }

    /**
     * Both directions at once.
     *
     * @param halfClose whether one is ended before the other; the library ends both when a socket
     *     that the server accepted ends one
     */
    void assertEchoes(boolean halfClose, Opening opening) throws Exception {
      var bytes = new byte[BYTES];
      new Random(5).nextBytes(bytes);
      try (var socket =
          await()
              .atMost(Duration.ofSeconds(30))
              .ignoreExceptions()
              .until(opening::open, s -> true)) {
        var back =
            CompletableFuture.supplyAsync(() -> {
              try {
                return socket.getInputStream().readNBytes(BYTES + (halfClose ? 1 : 0));
              } catch (IOException e) {
                return new byte[0];
              }
            });
        socket.getOutputStream().write(bytes);
        if (halfClose) {
          socket.shutdownOutput();
        }
        assertThat(Arrays.equals(back.get(), bytes)).isTrue();
      }
    }

    @Override
    public void close() {
      process.destroy();
      process.onExit().join();
    }
  }
}
