package org.polykern.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A peer that never says hello: two frames, no run ids, no acknowledgements. */
@Timeout(60)
class PlainProtocolIT {

  @Test
  void shouldRunBatchSteps(@TempDir Path directory) throws Exception {
    try (RunnerProcess runner = new RunnerProcess.Builder(directory).start();
        LinkClient peer = new LinkClient(runner, null)) {
      batch(peer, "echo c", "echo b", "echo e");
      assertThat(until(peer, "finished"))
          .containsExactly(
              "stdout c\n",
              "clean-finished {\"exitCode\": 0}",
              "stdout b\n",
              "build-finished {\"exitCode\": 0}",
              "stdout e\n",
              "finished {\"exitCode\": 0}");
      batch(peer, "", "exit 2", "echo never");
      assertThat(until(peer, "finished"))
          .containsExactly(
              "clean-finished {\"exitCode\": 0}",
              "build-finished {\"exitCode\": 2}",
              "finished {\"exitCode\": 127}");
      send(peer, "build", "echo alone");
      send(peer, "code", "print('not held up')");
      assertThat(until(peer, "finished"))
          .containsExactly(
              "stdout alone\n",
              "build-finished {\"exitCode\": 0}",
              "stdout not held up\n",
              "finished {\"exitCode\": 0}");
      // Not a child of the shell's, which would miss the signal while it forks.
      send(peer, "exec", "echo begun; exec sleep 60");
      assertThat(next(peer)).isEqualTo("stdout begun\n");
      send(peer, "interrupt", "");
      assertThat(next(peer)).isEqualTo("finished {\"exitCode\": 130}");
    }
  }

  @Test
  void shouldAnswerEverythingAboutServices(@TempDir Path directory) throws Exception {
    try (RunnerProcess runner = new RunnerProcess.Builder(directory).start();
        LinkClient peer = new LinkClient(runner, null)) {
      send(peer, "get-apps", "");
      assertThat(next(peer)).isEqualTo("apps-result {\"status\":\"done\",\"data\":[]}");
      send(peer, "start-service", "{\"name\": \"jupyter\"}");
      assertThat(next(peer)).startsWith("service-result {").contains("\"status\":\"failed\"");
      send(peer, "start-model-service", "{}");
      assertThat(next(peer)).startsWith("model-service-result {").contains("\"error\":\"Expected");
      send(peer, "shutdown-service", "\"jupyter\"");
      send(peer, "event", "{\"type\": \"oom\", \"data\": {}}");
      send(peer, "no-such-command", "");
      send(peer, "code", "1");
      assertThat(next(peer)).isEqualTo("stdout 1\n");
    }
  }

  @Test
  void shouldSlowTheProgramDownWhenThePeerIsSlow(@TempDir Path directory) throws Exception {
    long megabytes = 60;
    try (RunnerProcess runner = new RunnerProcess.Builder(directory).start();
        LinkClient peer = new LinkClient(runner, null)) {
      send(peer, "exec", "echo begun");
      assertThat(until(peer, "finished")).contains("stdout begun\n");
      long before = runner.kilobytes("VmRSS");
      Path written = runner.work().resolve("written");
      send(
          peer,
          "exec",
          "for i in $(seq "
              + megabytes
              + "); do head -c 1000000 /dev/zero | tr '\\0' x; echo $i > written; done");
      List<String> seen = new ArrayList<>();
      // It stops, because nobody reads, and not because it is done.
      Awaitility.await()
          .pollInterval(Duration.ofMillis(500))
          .atMost(Duration.ofSeconds(30))
          .until(() -> {
            seen.add(Files.exists(written) ? Files.readString(written) : "");
            int n = seen.size();
            return n > 3
                && !seen.getLast().isEmpty()
                && seen.getLast().equals(seen.get(n - 2))
                && seen.getLast().equals(seen.get(n - 3));
          });
      assertThat(Long.parseLong(seen.getLast().strip())).isLessThan(megabytes - 10);
      assertThat(runner.kilobytes("VmRSS") - before).isLessThan(32 * 1024);
      long total = 0;
      byte[][] frames;
      do {
        frames = peer.pollPlain(Duration.ofSeconds(30));
        total += frames[0].length == "stdout".length() ? frames[1].length : 0;
      } while (!new String(frames[0], StandardCharsets.US_ASCII).equals("finished"));
      assertThat(total).isEqualTo(megabytes * 1_000_000);
      assertThat(runner.kilobytes("VmRSS") - before).isLessThan(32 * 1024);
    }
  }

  private static void batch(LinkClient peer, String clean, String build, String exec) {
    send(peer, "clean", clean);
    send(peer, "build", build);
    send(peer, "exec", exec);
  }

  private static void send(LinkClient peer, String type, String payload) {
    peer.sendPlain(type, payload.getBytes(StandardCharsets.UTF_8));
  }

  private static List<String> until(LinkClient peer, String type) {
    List<String> messages = new ArrayList<>();
    do {
      messages.add(next(peer));
    } while (!messages.getLast().startsWith(type));
    return messages;
  }

  private static String next(LinkClient peer) {
    byte[][] frames = peer.pollPlain(Duration.ofSeconds(30));
    assertThat(frames).isNotNull();
    return new String(frames[0], StandardCharsets.US_ASCII)
        + " "
        + new String(frames[1], StandardCharsets.UTF_8);
  }
}
