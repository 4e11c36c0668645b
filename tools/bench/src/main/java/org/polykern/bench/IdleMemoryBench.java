package org.polykern.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Memory of an idle runner when many sessions share one machine; yardstick: one ipykernel. */
final class IdleMemoryBench implements Bench {
  private static final double PSS_MB = 25;
  private static final double RSS_MB = 45;
  private static final String RUNNER = "pk-runner";

  @Override
  public String name() {
    return "memory";
  }

  @Override
  public String about() {
    return "runner memory per idle session at 100 process-backend sessions; yardstick: ipykernel";
  }

  @Override
  public List<Figure> run(Bed bed) throws Exception {
    var sessions = bed.quick() ? 10 : 100;
    var before = runners();
    // Sessions ask for one core each; what is measured is memory, so the cores are over-committed.
    var environment = Map.of("POLYKERN_AGENT_CPUS", Integer.toString(sessions));
    try (var instance = bed.start("process", environment);
        var ipykernel = Ipykernel.start()) {
      for (int i = 0; i < sessions; i++) {
        instance.create("bench-memory-" + i);
        instance.execute("bench-memory-" + i, "print(1)");
      }
      var runners = runners();
      runners.removeAll(before);
      double rss = 0;
      double pss = 0;
      for (long pid : runners) {
        var memory = Memory.of(pid);
        rss += memory.rssMegabytes();
        pss += memory.pssMegabytes();
      }
      var yardstick = ipykernel == null ? null : Memory.of(ipykernel.smapsRollup());
      return List.of(
          new Figure(
              name(),
              "runner PSS",
              "MB",
              pss / runners.size(),
              PSS_MB,
              yardstick == null ? null : yardstick.pssMegabytes(),
              runners.size()),
          new Figure(
              name(),
              "runner RSS",
              "MB",
              rss / runners.size(),
              RSS_MB,
              yardstick == null ? null : yardstick.rssMegabytes(),
              runners.size()));
    }
  }

  /** Processes whose executable is the runner. */
  private static Set<Long> runners() throws IOException {
    try (var processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
      return java.util.stream.StreamSupport.stream(processes.spliterator(), false)
          .filter(IdleMemoryBench::isRunner)
          .map(process -> Long.valueOf(process.getFileName().toString()))
          .collect(Collectors.toSet());
    }
  }

  private static boolean isRunner(Path process) {
    try {
      return Files.readString(process.resolve("comm")).strip().equals(RUNNER);
    } catch (IOException endedMeanwhile) {
      return false;
    }
  }
}
