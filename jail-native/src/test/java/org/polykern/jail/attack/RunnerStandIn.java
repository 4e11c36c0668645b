package org.polykern.jail.attack;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The process that attacks aim at in the runner's place; says on request what of it could be
 * changed.
 */
final class RunnerStandIn implements AutoCloseable {
  private final Process process;
  private final BufferedReader output;
  private final OutputStream input;
  private final String unharmed;

  /**
   * @param user whose process it becomes; 0 stays who starts it
   * @param group its group, then
   * @param socket where it listens
   */
  RunnerStandIn(Path program, int user, int group, Path socket) throws IOException {
    process =
        new ProcessBuilder(
                program.toString(),
                Integer.toString(user),
                Integer.toString(group),
                socket.toString())
            .directory(Path.of("/").toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    output = process.inputReader(StandardCharsets.US_ASCII);
    input = process.getOutputStream();
    unharmed = state();
    if (!unharmed.startsWith("SECRET-of-the-runner ")) {
      throw new IOException("Expected the runner's stand-in to answer, but it said: " + unharmed);
    }
  }

  long pid() {
    return process.pid();
  }

  /** What became of it; empty where it is as it was at the start. */
  String harm() throws IOException {
    String now = state();
    return now.equals(unharmed) ? "" : "was: " + unharmed + ", is: " + now;
  }

  private String state() throws IOException {
    try {
      input.write('\n');
      input.flush();
    } catch (IOException e) {
      return "dead";
    }
    CompletableFuture<String> line = new CompletableFuture<>();
    Thread.startVirtualThread(() -> {
      try {
        line.complete(String.valueOf(output.readLine()));
      } catch (IOException e) {
        line.completeExceptionally(e);
      }
    });
    try {
      return line.get(10, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      return "silent";
    } catch (ExecutionException e) {
      throw new IOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
