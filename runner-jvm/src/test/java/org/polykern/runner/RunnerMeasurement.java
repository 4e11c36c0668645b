package org.polykern.runner;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.zeromq.ZMQ;

/**
 * Prints what a packaged runner costs: time to its announcement, memory, round trip, output rate.
 * Arguments: kernel home, number of idle runners for the memory figure (0 = one).
 */
final class RunnerMeasurement {
  private static final int STARTS = 15;
  private static final int ROUND_TRIPS = 3000;

  private RunnerMeasurement() {}

  public static void main(String[] arguments) throws Exception {
    Path home = Path.of(arguments[0]);
    int idle = Math.max(1, Integer.parseInt(arguments[1]));
    Path scratch = Files.createTempDirectory("runner-measurement-");
    RunnerFiles.open(scratch);
    ZMQ.Curve.KeyPair keys = ZMQ.Curve.generateKeyPair();
    starts(home, scratch, keys);
    List<RunnerProcess> runners = new ArrayList<>();
    try {
      for (int i = 0; i < idle; i++) {
        runners.add(builder(home, scratch.resolve("idle-" + i), keys).start());
      }
      RunnerProcess first = runners.getFirst();
      try (LinkClient client = new LinkClient(first, keys)) {
        client.hello();
        client.run("1");
        memory("one run done, " + idle + " runners", first);
        roundTrips(client);
        memory("after " + ROUND_TRIPS + " runs", first);
        output(client, "print('x' * 99, flush=False)", 100, 300_000);
        output(client, "print('x' * 9999)", 10_000, 10_000);
        output(
            client, "__import__('sys').stdout.buffer.write(b'x' * 9999 + b'\\n')", 10_000, 10_000);
        output(client, "print('x' * 100_000_000)", 100_000_000, 1);
        memory("after the output", first);
      }
    } finally {
      runners.forEach(RunnerProcess::close);
    }
  }

  private static RunnerProcess.Builder builder(Path home, Path directory, ZMQ.Curve.KeyPair keys) {
    return new RunnerProcess.Builder(directory).home(home).agent(keys);
  }

  private static void starts(Path home, Path scratch, ZMQ.Curve.KeyPair keys) throws Exception {
    double[] announced = new double[STARTS];
    double[] executed = new double[STARTS];
    for (int i = 0; i < STARTS; i++) {
      RunnerProcess.Builder builder = builder(home, scratch.resolve("start-" + i), keys);
      long begin = System.nanoTime();
      try (RunnerProcess runner = builder.start()) {
        announced[i] = (System.nanoTime() - begin) / 1e6;
        try (LinkClient client = new LinkClient(runner, keys)) {
          client.hello();
          client.run("print(1)");
          executed[i] = (System.nanoTime() - begin) / 1e6;
        }
      }
    }
    Arrays.sort(announced);
    Arrays.sort(executed);
    System.out.printf(
        "start to announce.json: p50 %.0f ms, max %.0f ms; to the first result: p50 %.0f ms%n",
        announced[STARTS / 2], announced[STARTS - 1], executed[STARTS / 2]);
  }

  private static void roundTrips(LinkClient client) {
    double[] micros = new double[ROUND_TRIPS];
    for (int i = -ROUND_TRIPS; i < ROUND_TRIPS; i++) {
      long begin = System.nanoTime();
      client.run("print(1)");
      micros[Math.max(i, 0)] = (System.nanoTime() - begin) / 1e3;
    }
    Arrays.sort(micros);
    System.out.printf(
        "print(1): p50 %.0f us, p95 %.0f us, p99 %.0f us%n",
        micros[ROUND_TRIPS / 2], micros[ROUND_TRIPS * 95 / 100], micros[ROUND_TRIPS * 99 / 100]);
  }

  private static void output(LinkClient client, String statement, int bytes, int times) {
    String run = client.code("for i in range(%d):\n    _ = %s".formatted(times, statement));
    long begin = System.nanoTime();
    long received = 0;
    while (true) {
      LinkClient.Message message = client.next();
      client.ack(message.seq());
      if (message.type().equals("finished") && message.run().equals(run)) {
        break;
      }
      received += message.body().length();
    }
    double seconds = (System.nanoTime() - begin) / 1e9;
    System.out.printf(
        "%s: %.0f MB/s (%d bytes of %d)%n",
        statement, received / 1e6 / seconds, received, (long) bytes * times);
  }

  private static void memory(String when, RunnerProcess runner) throws Exception {
    Path rollup = Path.of("/proc", Long.toString(runner.process().pid()), "smaps_rollup");
    Thread.sleep(Duration.ofMillis(1500));
    System.out.printf(
        "%s: RSS %.1f MB, PSS %.1f MB, private dirty %.1f MB%n",
        when,
        RunnerProcess.kilobytes(rollup, "Rss") / 1024.0,
        RunnerProcess.kilobytes(rollup, "Pss") / 1024.0,
        RunnerProcess.kilobytes(rollup, "Private_Dirty") / 1024.0);
  }
}
