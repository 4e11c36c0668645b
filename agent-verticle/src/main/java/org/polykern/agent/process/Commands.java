package org.polykern.agent.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Short commands of the system, for probing. */
final class Commands {
  private static final int LIMIT_SECONDS = 10;
  private static final int MAX_OUTPUT = 4096;

  /** {@code code} is -1 when it could not be started or did not end in time. */
  record Outcome(int code, String output) {
    boolean worked() {
      return code == 0;
    }
  }

  private Commands() {}

  static Outcome run(List<String> command) {
    try {
      var builder = new ProcessBuilder(command).redirectErrorStream(true);
      builder.redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")));
      builder.environment().keySet().removeIf(name -> !name.equals("PATH"));
      var process = builder.start();
      if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        return new Outcome(-1, command.getFirst() + " did not end");
      }
      var output = process.getInputStream().readNBytes(MAX_OUTPUT);
      return new Outcome(process.exitValue(), new String(output, StandardCharsets.UTF_8).strip());
    } catch (IOException e) {
      return new Outcome(-1, String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Outcome(-1, "interrupted");
    }
  }
}
