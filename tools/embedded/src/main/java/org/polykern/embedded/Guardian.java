package org.polykern.embedded;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A small shell that outlives this JVM in order to clean up after it. It reads process ids from a
 * pipe; the pipe ends when the JVM ends, however that happens, and then it kills those processes
 * and deletes the directory.
 */
final class Guardian {
  /** SIGQUIT makes a postmaster end at once and take its children along. */
  private static final String SCRIPT =
      """
      pids=
      while read -r pid; do pids="$pids $pid"; done
      for pid in $pids; do
        [ "$(readlink "/proc/$pid/cwd" | cut -c "1-${#1}")" = "$1" ] || continue
        kill -s QUIT "$pid"
      done 2>/dev/null
      tries=0
      while [ $tries -lt 50 ]; do
        left=
        for pid in $pids; do
          [ "$(readlink "/proc/$pid/cwd" | cut -c "1-${#1}")" = "$1" ] && left="$left $pid"
        done
        [ -z "$left" ] && break
        tries=$((tries + 1))
        sleep 0.1
      done
      for pid in $left; do kill -s KILL "$pid"; done 2>/dev/null
      rm -rf -- "$1"
      """;

  private final Process process;

  private Guardian(Process process) {
    this.process = process;
  }

  static Guardian over(Path directory) {
    try {
      return new Guardian(
          new ProcessBuilder(
                  List.of("setsid", "/bin/sh", "-c", SCRIPT, "guardian", directory.toString()))
              .redirectErrorStream(true)
              .redirectOutput(Redirect.DISCARD)
              .directory(Path.of("/").toFile())
              .start());
    } catch (IOException e) {
      throw new EmbeddedServerException(
          "Expected to run setsid (package util-linux), but: " + e.getMessage(), e);
    }
  }

  /** Puts a process whose working directory lies in the guarded directory under guard. */
  void guard(long pid) {
    try {
      OutputStream pipe = process.getOutputStream();
      pipe.write((pid + "\n").getBytes(StandardCharsets.US_ASCII));
      pipe.flush();
    } catch (IOException e) {
      throw new EmbeddedServerException(
          "Expected to reach the guardian, but: " + e.getMessage(), e);
    }
  }

  /** Lets it do now what it is there for, and waits until it has. */
  void strike() {
    try {
      process.getOutputStream().close();
      process.waitFor(20, TimeUnit.SECONDS);
    } catch (IOException e) {
      throw new EmbeddedServerException(
          "Expected to reach the guardian, but: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
