package org.polykern.embedded;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A small shell that outlives this JVM in order to clean up after it. It waits for the end of a
 * pipe, which comes when the JVM ends, however that happens; then it kills the servers that run
 * below the directory and deletes it. It looks for them itself: there is no moment in which a
 * server runs that it does not know of.
 */
final class Guardian {
  private static final String SCRIPT =
      """
      cat >/dev/null
      servers() {
        for cwd in $(find /proc -maxdepth 2 -path '/proc/[0-9]*/cwd' -lname "$1/*" 2>/dev/null); do
          case $(readlink "${cwd%cwd}exe") in
            */postgres|*/initdb|*/redis-server) cwd=${cwd#/proc/}; echo "${cwd%/cwd}" ;;
          esac
        done
      }
      signal=QUIT # makes a postmaster end at once and take its children along
      tries=0
      while [ $tries -lt 100 ]; do
        left=$(servers "$1")
        [ -z "$left" ] && break
        kill -s $signal $left 2>/dev/null
        [ $tries -ge 50 ] && signal=KILL
        tries=$((tries + 1))
        sleep 0.05
      done
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
