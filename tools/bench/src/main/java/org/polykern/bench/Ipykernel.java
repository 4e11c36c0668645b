package org.polykern.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The yardstick of execute: an ipykernel over ZeroMQ, without any server between. Needs Debian's
 * python3-ipykernel.
 */
final class Ipykernel implements AutoCloseable {
  private final Process process;
  private final BufferedReader answers;
  private final Writer requests;
  private final long kernelPid;

  private Ipykernel(Process process, BufferedReader answers, long kernelPid) {
    this.process = process;
    this.answers = answers;
    this.requests = process.outputWriter(StandardCharsets.UTF_8);
    this.kernelPid = kernelPid;
  }

  /** Null when python3-ipykernel is not installed. */
  static @Nullable Ipykernel start() throws IOException {
    var script = Files.createTempFile("ipykernel_roundtrip", ".py");
    try (var resource = Ipykernel.class.getResourceAsStream("ipykernel_roundtrip.py")) {
      if (resource == null) {
        throw new IOException(
            "Expected ipykernel_roundtrip.py in the bench jar, but it is missing");
      }
      Files.write(script, resource.readAllBytes());
    }
    var process =
        new ProcessBuilder("/usr/bin/python3", script.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    var answers = process.inputReader(StandardCharsets.UTF_8);
    var ready = answers.readLine();
    Files.delete(script);
    if (ready == null || !ready.startsWith("ready ")) {
      process.destroyForcibly();
      return null;
    }
    return new Ipykernel(process, answers, Long.parseLong(ready.substring("ready ".length())));
  }

  /** One print(1), until the kernel is idle again. */
  @Nullable String roundTrip() throws IOException {
    requests.write("\n");
    requests.flush();
    return answers.readLine();
  }

  /** Resident memory of the kernel process alone. */
  Path smapsRollup() {
    return Path.of("/proc/" + kernelPid + "/smaps_rollup");
  }

  @Override
  public void close() throws IOException {
    requests.close();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
