package org.polykern.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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
    long runner = process("pk-runner", "org.polykern.runner.Main");
    long server = process("java", "org.polykern.launcher");
    try (var terminal = new StreamTerminal(instance.sessions, session, "stalled")) {
      terminal.stall("yes\r");
      pause(FILLING);
      var runnerBefore = Memory.of(runner).rssMegabytes();
      var serverBefore = Memory.of(server).rssMegabytes();
      int seconds = bed.quick() ? 10 : 60;
      pause(Duration.ofSeconds(seconds));
      var growth = Memory.of(runner).rssMegabytes() - runnerBefore;
      var serverGrowth = Memory.of(server).rssMegabytes() - serverBefore;
      return List.of(
          figure("runner grows, reader stalled", growth, RUNNER_MB, runnerBefore, seconds),
          figure("server grows, reader stalled", serverGrowth, SERVER_MB, serverBefore, seconds));
    }
  }

  /** The yardstick is what the process had when the stall began. */
  private static Figure figure(
      String what, double growth, double budget, double before, int seconds) {
    return new Figure(StreamBench.NAME, what, "MB", growth, budget, before, seconds);
  }

  private static void pause(Duration time) throws InterruptedException {
    // Nothing ends the wait: time is what is measured here.
    var _ = new CountDownLatch(1).await(time.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** The process of this instance with a name and a class on its command line. */
  private long process(String name, String type) throws IOException {
    try (var processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
      for (var process : processes) {
        if (commandLine(process).contains(type)
            && commandLine(process).contains(instance.data().toString())
            && Files.readString(process.resolve("comm")).strip().equals(name)) {
          return Long.parseLong(process.getFileName().toString());
        }
      }
    }
    throw new IOException("Expected a process of " + type + " in this instance, but there is none");
  }

  private static String commandLine(Path process) {
    try {
      return Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1);
    } catch (IOException endedMeanwhile) {
      return "";
    }
  }
}
