package org.polykern.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.polykern.common.id.KernelId;

/** An image for one test. */
final class TestImage implements AutoCloseable {
  final String name = "polykern-it/" + KernelId.random().toString().substring(0, 8) + ":1";

  /**
   * @param pipe shell command to which the image's name is appended
   */
  TestImage(String pipe) throws InterruptedException {
    var made = DockerKernelIT.command("sh", "-c", pipe + name);
    assertThat(made.code()).as(made.output()).isZero();
  }

  /** Id of an image that has Python. */
  static String python() throws InterruptedException {
    return DockerKernelIT.command("docker", "images", "-q", "polykern/python")
        .output()
        .lines()
        .findFirst()
        .orElseThrow();
  }

  String canonical() {
    return "index.docker.io/" + name;
  }

  @Override
  public void close() throws IOException {
    try {
      DockerKernelIT.command("docker", "rmi", "-f", name);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }
}
