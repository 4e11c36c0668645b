package org.polykern.agent.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.polykern.agent.runnerlink.OutputKind;
import org.polykern.agent.runnerlink.RunnerHello;
import org.polykern.common.bus.RunCommand.BeginStream;
import org.polykern.common.bus.RunCommand.Mode;
import org.polykern.common.bus.RunCommand.Outcome;
import org.polykern.common.bus.RunCommand.ReadStream;
import org.polykern.common.id.KernelId;
import org.polykern.common.id.RunId;

/**
 * A client whose connection breaks again and again, with messages on their way that it never gets,
 * and agents that die: 10,000 cuts in all, and every byte arrives once and in order.
 */
final class StreamCutsPropertyTest {
  private static final int CUTS = 500;
  private static final RunId RUN = new RunId("r");

  /** One runner, one log, and whoever reads it. */
  private static final class World {
    final Random random;
    final Path logs;
    final FakeRunner runner = new FakeRunner();
    final StringBuilder sent = new StringBuilder();
    final StringBuilder got = new StringBuilder();
    final ArrayDeque<String> unacked = new ArrayDeque<>();
    KernelRuns runs;
    long said;
    long offset; // of the last message that the client got
    int cuts;

    World(long seed, Path logs) {
      this.random = new Random(seed);
      this.logs = logs;
      this.runs = new KernelRuns(runner, System::nanoTime, logs, false);
    }

    void say() {
      var text = new StringBuilder();
      var pieces = random.nextInt(1, 5);
      for (var i = 0; i < pieces; i++) {
        text.append(said).append(random.nextBoolean() ? "é\n" : "\ud83d\ude00 ");
        if (random.nextInt(40) == 0) {
          text.append("x".repeat(random.nextInt(20_000)));
        }
      }
      sent.append(text);
      unacked.add(text.toString());
      runner.repeat(runs, "r", OutputKind.STDOUT, text.toString(), ++said);
    }

    /** What this connection carries, of which the last messages are lost. */
    void connect() throws InterruptedException {
      var lostFrom = random.nextInt(4);
      var at = offset;
      for (var i = 0; i < 4; i++) {
        if (random.nextInt(3) > 0) {
          say();
        }
        var piece = (Outcome.Piece) runs.streams().read(new ReadStream(KERNEL, RUN, at, -1, 0));
        at = piece.offset();
        if (i < lostFrom) {
          offset = at;
          piece.console().forEach(item -> got.append(item.text()));
        }
      }
      cuts++;
    }

    /** The agent is killed, and another takes over; what was not acknowledged comes again. */
    void restart() {
      runs = new KernelRuns(runner, System::nanoTime, logs, true);
      runs.onHello(new RunnerHello("python", said + 1, java.util.List.of()));
      while (unacked.size() > said - runner.acked + random.nextInt(3)) {
        unacked.removeFirst();
      }
      var seq = said - unacked.size();
      for (var text : unacked) {
        runner.repeat(runs, "r", OutputKind.STDOUT, text, ++seq);
      }
    }
  }

  private static final KernelId KERNEL = KernelId.random();

  @Property(tries = 20)
  void shouldLoseAndDoubleNothing(@ForAll long seed) throws IOException, InterruptedException {
    var logs = Files.createTempDirectory("cuts");
    try {
      var world = new World(seed, logs.resolve("runs"));
      world.runs.streams().begin(new BeginStream(KERNEL, RUN, Mode.QUERY, "", Map.of()));
      while (world.cuts < CUTS) {
        world.connect();
        if (world.random.nextInt(50) == 0) {
          world.restart();
        }
      }
      world.runner.repeat(world.runs, "r", OutputKind.FINISHED, "{\"exitCode\":0}", ++world.said);
      var status = "";
      while (!status.equals("finished")) {
        var read = new ReadStream(KERNEL, RUN, world.offset, -1, 0);
        var piece = (Outcome.Piece) world.runs.streams().read(read);
        world.offset = piece.offset();
        piece.console().forEach(item -> world.got.append(item.text()));
        status = piece.status();
      }
      assertThat(world.got.length()).isEqualTo(world.sent.length());
      assertThat(world.got.toString()).isEqualTo(world.sent.toString());
      assertThat(world.sent.toString().getBytes(StandardCharsets.UTF_8).length)
          .isGreaterThan(50_000);
    } finally {
      new RunStreams(logs, new RunTable(), System::nanoTime).clear();
    }
  }
}
