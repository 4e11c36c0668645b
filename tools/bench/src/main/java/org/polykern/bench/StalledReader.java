package org.polykern.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** What a viewer that takes nothing costs while its program writes all that it can. */
final class StalledReader {
  private static final double RUNNER_MB = 2;
  private static final double SERVER_MB = 16;
  private static final Duration FILLING = Duration.ofSeconds(2);

  private final Bed bed;
  private final Bed.Instance instance;

  StalledReader(Bed bed, Bed.Instance instance) {
    this.bed = bed;
    this.instance = instance;
  }

  List<Figure> all(String session) throws Exception {
    var runners = runners();
    var server = processes("java", "org.polykern.launcher");
    try (var terminal = new StreamTerminal(instance.sessions, session, "stalled")) {
      terminal.stall("yes\r");
      pause(FILLING);
      var before = resident(runners);
      var serverBefore = resident(server);
      int seconds = bed.quick() ? 10 : 30;
      pause(Duration.ofSeconds(seconds));
      return List.of(
          figure("runner grows, reader stalled", resident(runners), before, RUNNER_MB, seconds),
          figure(
              "server grows, reader stalled", resident(server), serverBefore, SERVER_MB, seconds));
    }
  }

  /** The yardstick is what the process had when the stall began. */
  private static Figure figure(
      String what, double after, double before, double budget, int seconds) {
    return new Figure(StreamBench.NAME, what, "MB", after - before, budget, before, seconds);
  }

  private static void pause(Duration time) throws InterruptedException {
    // Nothing ends the wait: time is what is measured here.
    var _ = new CountDownLatch(1).await(time.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Of this instance; their own arguments do not say whose they are. */
  private List<Long> runners() throws IOException {
    var runners =
        processes("sh", "launch.sh").stream()
            .flatMap(launcher -> ProcessHandle.of(launcher).stream())
            .flatMap(ProcessHandle::descendants)
            .map(ProcessHandle::pid)
            .filter(pid -> name(Path.of("/proc", Long.toString(pid))).equals("pk-runner"))
            .distinct()
            .toList();
    if (runners.isEmpty()) {
      throw new IOException("Expected a runner in this instance, but there is none");
    }
    return runners;
  }

  /** Megabytes of all of them, of which one has the terminal. */
  private static double resident(List<Long> processes) throws IOException {
    double sum = 0;
    for (var process : processes) {
      sum += Memory.of(process).rssMegabytes();
    }
    return sum;
  }

  private static String name(Path process) {
    try {
      return Files.readString(process.resolve("comm")).strip();
    } catch (IOException endedMeanwhile) {
      return "";
    }
  }

  /** Those of this instance with a name and a word on their command line. */
  private List<Long> processes(String name, String word) throws IOException {
    var found = new ArrayList<Long>();
    try (var processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
      for (var process : processes) {
        var line = commandLine(process);
        if (line.contains(word)
            && line.contains(instance.data().toString())
            && name(process).equals(name)) {
          found.add(Long.valueOf(process.getFileName().toString()));
        }
      }
    }
    return found;
  }

  private static String commandLine(Path process) {
    try {
      return Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1);
    } catch (IOException endedMeanwhile) {
      return "";
    }
  }
}
