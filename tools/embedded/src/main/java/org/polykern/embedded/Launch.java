package org.polykern.embedded;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Starts a server, or a short tool of it, with an environment that knows nothing of ours. */
final class Launch {
  private Launch() {}

  /**
   * Starts a server in a session of its own: Ctrl-C in a terminal and the death of this JVM do not
   * reach it.
   */
  static Process server(List<String> command, Path workingDirectory, Path log) {
    List<String> detached = new ArrayList<>(List.of("setsid"));
    detached.addAll(command);
    try {
      return builder(detached, workingDirectory)
          .redirectInput(new File("/dev/null"))
          .redirectOutput(Redirect.appendTo(log.toFile()))
          .start();
    } catch (IOException e) {
      throw notStarted(detached, e);
    }
  }

  /** Runs a tool to its end, feeds it text, and appends its output to a log. */
  static int tool(List<String> command, Path workingDirectory, String input, Path log) {
    try {
      Process process =
          builder(command, workingDirectory)
              .redirectOutput(Redirect.appendTo(log.toFile()))
              .start();
      try (var stdin = process.getOutputStream()) {
        stdin.write(input.getBytes(StandardCharsets.UTF_8));
      } catch (IOException endedEarly) {
        // Its exit code and its log say why.
      }
      if (!process.waitFor(Duration.ofMinutes(2).toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new EmbeddedServerException(
            "Expected '%s' to end within two minutes, but it did not; see %s."
                .formatted(String.join(" ", command), log));
      }
      return process.exitValue();
    } catch (IOException e) {
      throw notStarted(command, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EmbeddedServerException("Interrupted while a server was being prepared.", e);
    }
  }

  private static ProcessBuilder builder(List<String> command, Path workingDirectory) {
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(workingDirectory.toFile()).redirectErrorStream(true);
    builder.environment().clear();
    builder
        .environment()
        .putAll(Map.of("PATH", "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL", "C", "TZ", "UTC"));
    return builder;
  }

  private static EmbeddedServerException notStarted(List<String> command, IOException cause) {
    return new EmbeddedServerException(
        "Expected to run %s, but: %s. The programs setsid, unshare and setpriv come with the package util-linux."
            .formatted(command.getFirst(), cause.getMessage()),
        cause);
  }
}
