package org.polykern.agent;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.polykern.common.bus.RunCommand.Mode;
import org.polykern.common.id.KernelId;
import org.polykern.common.kernel.KernelState;

/**
 * Prints what an agent costs: start of a kernel (command to RUNNING), round trip of {@code
 * print(1)} through the bus, rate of output. Arguments: backends to measure (PROCESS, DOCKER).
 */
final class AgentMeasurement {
  private static final int STARTS = 25;
  private static final int ROUND_TRIPS = 2000;

  private AgentMeasurement() {}

  public static void main(String[] arguments) throws Exception {
    for (var backend : arguments) {
      var data = Files.createTempDirectory("agent-measurement-");
      try (var agent =
          new AgentFixture(AgentFixture.process(data).withBackend(BackendKind.valueOf(backend)))) {
        System.out.println(backend);
        starts(agent);
        var kernel = agent.start();
        roundTrips(agent, kernel);
        output(agent, kernel);
      } finally {
        deleteTree(data);
      }
    }
    System.exit(0);
  }

  private static void starts(AgentFixture agent) {
    agent.stopAndWait(agent.start());
    var times = new long[STARTS];
    for (var i = 0; i < STARTS; i++) {
      var kernel = KernelId.random();
      var begun = System.nanoTime();
      agent.start(agent.spec(kernel, "512m"), 1);
      while (agent.states.get(kernel) == null
          || agent.states.get(kernel).state() != KernelState.RUNNING) {
        java.util.concurrent.locks.LockSupport.parkNanos(500_000);
      }
      times[i] = System.nanoTime() - begun;
      agent.stopAndWait(kernel);
    }
    print("start", times, 1e6, "ms");
  }

  private static void roundTrips(AgentFixture agent, KernelId kernel) {
    for (var round = 0; round < 3; round++) {
      var times = new long[ROUND_TRIPS];
      for (var i = 0; i < ROUND_TRIPS; i++) {
        var begun = System.nanoTime();
        agent.follow(kernel, agent.execute(kernel, null, Mode.QUERY, "print(1)", 2000));
        times[i] = System.nanoTime() - begun;
      }
      print("print(1)", times, 1e3, "us");
    }
  }

  private static void output(AgentFixture agent, KernelId kernel) {
    var begun = System.nanoTime();
    var ran = agent.run(kernel, "for i in range(1_000_000): print('x' * 99)");
    var seconds = (System.nanoTime() - begun) / 1e9;
    System.out.printf("  output %.1f MB/s%n", ran.stdout().length() / 1e6 / seconds);
  }

  private static void print(String what, long[] times, double unit, String name) {
    Arrays.sort(times);
    System.out.printf(
        "  %s p50 %.0f %s, p95 %.0f %s, max %.0f %s%n",
        what,
        times[times.length / 2] / unit,
        name,
        times[times.length * 95 / 100] / unit,
        name,
        times[times.length - 1] / unit,
        name);
  }

  private static void deleteTree(Path root) throws java.io.IOException {
    try (var files = Files.walk(root)) {
      files.sorted(java.util.Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    }
  }
}
