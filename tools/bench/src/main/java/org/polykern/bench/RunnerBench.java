package org.polykern.bench;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The runner by itself, driven through the agent's link but without agent and server. */
final class RunnerBench implements Bench {
  private static final Path LUA = Path.of("/usr/bin/lua5.4");
  private static final double START_MS = 80;
  private static final double RSS_MB = 45;
  private static final double LEAST_MB_PER_SECOND = 30;
  private static final double GROWTH_MB = 32;
  private static final int SLOW_BYTES_PER_SECOND = 1_000_000;
  private static final Duration LIMIT = Duration.ofMinutes(2);

  @Override
  public String name() {
    return "runner";
  }

  @Override
  public String about() {
    return "start, memory and output of the runner; yardsticks: a bare JVM, ipykernel, a pipe";
  }

  @Override
  public List<Figure> run(Bed bed) throws Exception {
    var home = bed.home().resolve("runner-jvm/target/kernel");
    if (!Files.isExecutable(home.resolve("runtime/bin/pk-runner"))) {
      throw new IOException("Expected a built runner in " + home + "; run ./polykern up once.");
    }
    var figures = new ArrayList<Figure>();
    figures.add(starts(home, bed.quick() ? 20 : 200));
    figures.add(memory(home));
    int lines = bed.quick() ? 300_000 : 1_000_000;
    var python = "for _ in range(%d): print('x' * 99)".formatted(lines);
    figures.add(output(home, "python", "print", python, List.of("python3", "-c", python)));
    if (Files.isExecutable(LUA)) {
      // A language whose driver leaves standard output to the program, which writes line by line.
      var lua = "local s = string.rep('x', 99) for i = 1, %d do print(s) end".formatted(lines);
      var plain = List.of(LUA.toString(), "-e", "io.stdout:setvbuf('line') " + lua);
      figures.add(output(home, "lua", "Lua's print", lua, plain));
    }
    figures.add(slowReader(home, bed.quick() ? 5 : 20));
    return figures;
  }

  private Figure starts(Path home, int samples) throws Exception {
    var starts = new double[samples];
    var bare = new double[samples];
    for (int i = -3; i < samples; i++) {
      try (var runner = new RunnerDaemon(home, "app")) {
        starts[Math.max(i, 0)] = runner.startMillis();
      }
      var begin = System.nanoTime();
      execute(RunnerDaemon.bareJvm(home));
      bare[Math.max(i, 0)] = (System.nanoTime() - begin) / 1e6;
    }
    return new Figure(
        name(), "start to announcement p50", "ms", median(starts), START_MS, median(bare), samples);
  }

  private Figure memory(Path home) throws Exception {
    try (var runner = new RunnerDaemon(home, "python");
        var ipykernel = Ipykernel.start()) {
      run(runner, "print(1)", 0);
      var yardstick = ipykernel == null ? null : Memory.of(ipykernel.smapsRollup()).rssMegabytes();
      return new Figure(
          name(), "RSS after print(1)", "MB", runner.memory().rssMegabytes(), RSS_MB, yardstick, 1);
    }
  }

  private Figure output(Path home, String runtime, String what, String program, List<String> plain)
      throws Exception {
    double best = 0;
    double pipe = 0;
    for (int round = 0; round < 3; round++) {
      try (var runner = new RunnerDaemon(home, runtime)) {
        best = Math.max(best, run(runner, program, 0));
      }
      pipe = Math.max(pipe, pipe(plain));
    }
    return new Figure(
        name(), what + " to a reader, best of 3", "MB/s", best, LEAST_MB_PER_SECOND, pipe, 3, true);
  }

  /** How much the runner grows while somebody reads a flood at 1 MB/s. */
  private Figure slowReader(Path home, int seconds) throws Exception {
    try (var runner = new RunnerDaemon(home, "python")) {
      run(runner, "print(1)", 0);
      var before = runner.memory().rssMegabytes();
      var lines = seconds * SLOW_BYTES_PER_SECOND / 100;
      run(runner, "for _ in range(%d): print('x' * 99)".formatted(lines), SLOW_BYTES_PER_SECOND);
      return new Figure(
          name(),
          "growth with a reader at 1 MB/s",
          "MB",
          runner.memory().rssMegabytes() - before,
          GROWTH_MB,
          null,
          1);
    }
  }

  private static double run(RunnerDaemon runner, String code, int bytesPerSecond) throws Exception {
    var reader = new StreamReader(bytesPerSecond);
    try (var link = runner.connect(reader)) {
      reader.start(link, "run-" + System.nanoTime(), code);
      return reader.awaitRate(LIMIT);
    }
  }

  /** The same program without a runner, into a pipe that is read at once. */
  private static double pipe(List<String> program) throws Exception {
    var begin = System.nanoTime();
    var process = new ProcessBuilder(program).start();
    var bytes = process.getInputStream().transferTo(OutputStream.nullOutputStream());
    process.waitFor();
    return bytes / 1e6 / ((System.nanoTime() - begin) / 1e9);
  }

  private static void execute(List<String> command) throws Exception {
    var process =
        new ProcessBuilder(command)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    if (process.waitFor() != 0) {
      throw new IOException("Expected " + command + " to end with 0.");
    }
  }

  private static double median(double[] values) {
    Arrays.sort(values);
    return values[values.length / 2];
  }
}
