package org.polykern.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.polykern.common.bus.StreamCommand.Outcome;

/** A port for clients of OpenSSH, each of whose connections goes through the tunnel. */
final class SshRelay implements AutoCloseable {
  private final ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
  private final Supplier<Outcome> opening;
  private final Path own;

  /**
   * @param own where clients keep what they know
   */
  SshRelay(Path own, Supplier<Outcome> opening) throws IOException {
    this.own = own;
    this.opening = opening;
    Thread.ofVirtual().start(this::acceptAll);
  }

  /** What a client prints, after it has ended well. */
  String run(String program, Path key, String... more) throws Exception {
    var command = new ArrayList<>(List.of(program, "-F", "none", "-i", key.toString()));
    for (var option :
        List.of(
            "IdentitiesOnly=yes",
            "IdentityAgent=none",
            "BatchMode=yes",
            "StrictHostKeyChecking=no",
            "UserKnownHostsFile=" + own.resolve("known_hosts"),
            "GlobalKnownHostsFile=/dev/null",
            "LogLevel=ERROR",
            "Port=" + server.getLocalPort())) {
      command.addAll(List.of("-o", option));
    }
    command.addAll(List.of(more));
    var client = new ProcessBuilder(command).redirectErrorStream(true).start();
    client.getOutputStream().close();
    var said = new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(client.waitFor(2, TimeUnit.MINUTES)).isTrue();
    assertThat(client.exitValue()).as(said).isZero();
    return said;
  }

  private void acceptAll() {
    try {
      while (true) {
        var client = server.accept();
        Thread.ofVirtual().start(() -> relay(client));
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  private void relay(Socket client) {
    var opened = (Outcome.Opened) opening.get();
    try (client;
        var tunnel = new Socket(opened.host(), opened.port())) {
      tunnel.getOutputStream().write((opened.token() + "\n").getBytes(StandardCharsets.UTF_8));
      assertThat(tunnel.getInputStream().readNBytes(2)).isEqualTo(new byte[] {'+', '\n'});
      var up = Thread.ofVirtual().start(() -> pass(client, tunnel));
      pass(tunnel, client);
      up.join();
    } catch (IOException | InterruptedException e) {
      // The client says what it misses.
    }
  }

  private static void pass(Socket from, Socket to) {
    try {
      from.getInputStream().transferTo(to.getOutputStream());
      to.shutdownOutput();
    } catch (IOException e) {
      // The other direction ends too.
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
