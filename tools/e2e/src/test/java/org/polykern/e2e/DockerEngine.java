package org.polykern.e2e;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The engine on the usual socket, asked without any library. */
final class DockerEngine {
  private static final Path SOCKET = Path.of("/var/run/docker.sock");
  private static final String IMAGE = "polykern/python:3.11-debian12";

  private DockerEngine() {}

  /** Why sessions cannot run in containers here; empty when they can. */
  static String missing() {
    if (!answer("/_ping").contains("200 OK")) {
      return "no Docker engine answers at " + SOCKET;
    }
    if (!hasImage(IMAGE)) {
      return "the engine has no image " + IMAGE + " (build it with tools/images)";
    }
    return "";
  }

  /** Whether an image of that name is there. */
  static boolean hasImage(String name) {
    return answer("/images/" + name + "/json").contains("200 OK");
  }

  /** Whether a container of that id exists, running or not. */
  static boolean hasContainer(String id) {
    return answer("/containers/" + id + "/json").contains("200 OK");
  }

  private static String answer(String path) {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(SOCKET));
      String request = "GET " + path + " HTTP/1.0\r\nHost: docker\r\n\r\n";
      channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
      ByteBuffer head = ByteBuffer.allocate(64);
      while (head.hasRemaining() && channel.read(head) >= 0) {
        // Only the status line counts.
      }
      return new String(head.array(), 0, head.position(), StandardCharsets.US_ASCII);
    } catch (IOException e) {
      return "";
    }
  }
}
