package org.polykern.scheduler;

import static org.awaitility.Awaitility.await;

import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;
import org.polykern.common.bus.Addresses;
import org.polykern.common.id.SessionId;

/**
 * Prints how long the scheduler takes, with nothing else to do: from the gateway's commit to the
 * start command at the agent, and from the agent's report to the event. Run by hand; the machine's
 * noise has no place in a test.
 */
final class LatencyMeasurement {
  private static final int WARM_UP = 200;
  private static final int SAMPLES = 600;

  private LatencyMeasurement() {}

  public static void main(String[] arguments) {
    try (var world = new World()) {
      world.scheduler(SchedulerConfig.defaults());
      var agent = world.agent("a1", 1_000_000);
      world.tasks.every(java.time.Duration.ofSeconds(3), "heartbeat", agent::heartbeat);
      var started = new ConcurrentHashMap<SessionId, Long>();
      world
          .bus
          .subscribe(
              Addresses.SESSION_EVENTS,
              event -> {
                if (event.name().equals("session_started")) {
                  started.put(event.sessionId(), System.nanoTime());
                }
              })
          .await();
      var toCommand = new long[SAMPLES];
      var toEvent = new long[SAMPLES];
      for (var i = -WARM_UP; i < SAMPLES; i++) {
        var session = world.enqueue(1, 1);
        var enqueued = world.lastEnqueuedNanos;
        await()
            .pollDelay(java.time.Duration.ZERO)
            .pollInterval(java.time.Duration.ofMillis(5))
            .until(() -> started.containsKey(session));
        if (i >= 0) {
          var kernel = world.main(session);
          toCommand[i] = agent.firstCommandNanos(kernel) - enqueued;
          toEvent[i] = started.get(session) - agent.runningReportedNanos.get(kernel);
        }
      }
      print("commit to start command", toCommand);
      print("report RUNNING to session_started", toEvent);
    }
    System.exit(0);
  }

  private static void print(String what, long[] nanos) {
    Arrays.sort(nanos);
    System.out.printf(
        "%s: p50 %.2f ms, p99 %.2f ms, max %.2f ms%n",
        what,
        nanos[nanos.length / 2] / 1e6,
        nanos[nanos.length * 99 / 100] / 1e6,
        nanos[nanos.length - 1] / 1e6);
  }
}
