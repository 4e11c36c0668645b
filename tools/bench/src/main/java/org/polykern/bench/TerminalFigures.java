package org.polykern.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;

/** What somebody at a terminal feels, beside a terminal that nothing is between. */
final class TerminalFigures {
  private static final double ECHO_MS = 5;
  private static final double BULK = 0.85;
  private static final double INTERRUPT_MS = 50;
  private static final int BLOCK = 32;
  private static final int WARM_UP_BLOCKS = 500;

  /** Erases the line that was typed, so that it stays short. */
  private static final String ERASE = "\025";

  private static final String CTRL_C = "\003";
  private static final String BULK_FILE = "bulk.txt";
  private static final int BULK_LINES = 400_000;
  private static final int LINE_BYTES = 81; // with the CR that the terminal adds
  private static final long FLOOD_BYTES = 1 << 20;

  private final Bed bed;
  private final Bed.Instance instance;
  private final String session;
  private final Path directory;

  /**
   * @param directory for the yardstick
   */
  TerminalFigures(Bed bed, Bed.Instance instance, String session, Path directory) {
    this.bed = bed;
    this.instance = instance;
    this.session = session;
    this.directory = directory;
  }

  List<Figure> all() throws Exception {
    var figures = new ArrayList<Figure>();
    try (var far = terminal("main");
        var near = new RawTerminal(directory)) {
      warmUp(far);
      warmUp(near);
      figures.addAll(echoes("idle", far, near));
      try (var flood = terminal("flood")) {
        flood.swallow(FLOOD_BYTES, "yes\r");
        figures.addAll(echoes("beside a flood", far, near));
        flood.expect(TypedTerminal.PROMPT, CTRL_C);
      }
      figures.add(bulk(far, near));
      figures.addAll(interrupts(far, near));
    }
    return figures;
  }

  /** A server that serves has been typed at before: compiling takes processors from the first. */
  private static void warmUp(TypedTerminal terminal) throws Exception {
    for (int i = 0; i < WARM_UP_BLOCKS; i++) {
      echo(terminal, new Histogram(3));
    }
  }

  private StreamTerminal terminal(String name) throws Exception {
    return new StreamTerminal(instance.sessions, session, name);
  }

  private List<Figure> echoes(String when, TypedTerminal far, TypedTerminal near) throws Exception {
    var subject = new Histogram(3);
    var yardstick = new Histogram(3);
    int samples = bed.quick() ? 640 : 2_016;
    for (int done = 0; done < samples; done += BLOCK) {
      echo(far, subject);
      echo(near, yardstick);
    }
    return List.of(
        figure("key echo p50, " + when, subject, yardstick, 50, null),
        figure("key echo p99, " + when, subject, yardstick, 99, ECHO_MS));
  }

  private static void echo(TypedTerminal terminal, Histogram into) throws Exception {
    for (int i = 0; i < BLOCK; i++) {
      into.recordValue(terminal.expect("x", "x"));
    }
    // Its answer must not meet the next key.
    terminal.expect(TypedTerminal.PROMPT, ERASE + "\r");
  }

  private Figure bulk(TypedTerminal far, TypedTerminal near) throws Exception {
    int lines = bed.quick() ? BULK_LINES / 4 : BULK_LINES;
    var text = ("0123456789abcdef".repeat(5).substring(1) + "\n").repeat(lines);
    Files.writeString(directory.resolve(BULK_FILE), text);
    instance.execute(
        session,
        "open('%s', 'w').write(('0123456789abcdef' * 5)[1:].__add__('\\n') * %d)"
            .formatted(BULK_FILE, lines));
    var typed = "cat " + BULK_FILE + "; echo '@''@'END\r";
    int rounds = bed.quick() ? 3 : 9;
    var pair =
        Paired.of(rounds, () -> far.expect("@@END", typed), () -> near.expect("@@END", typed));
    double megabytes = lines * (double) LINE_BYTES / 1e6;
    return new Figure(
        StreamBench.NAME,
        "terminal output",
        "MB/s",
        megabytes / (pair.subject() / 1e9),
        BULK * megabytes / (pair.yardstick() / 1e9),
        megabytes / (pair.yardstick() / 1e9),
        rounds,
        true);
  }

  private List<Figure> interrupts(TypedTerminal far, TypedTerminal near) throws Exception {
    var subject = new Histogram(3);
    var yardstick = new Histogram(3);
    int samples = bed.quick() ? 20 : 200;
    for (int i = 0; i < samples; i++) {
      subject.recordValue(interrupt(far));
      yardstick.recordValue(interrupt(near));
    }
    return List.of(
        figure("Ctrl-C ends a flood p50", subject, yardstick, 50, null),
        figure("Ctrl-C ends a flood p95", subject, yardstick, 95, INTERRUPT_MS));
  }

  private static long interrupt(TypedTerminal terminal) throws Exception {
    // Long enough that all that lies between is full.
    terminal.swallow(4 * FLOOD_BYTES, "yes\r");
    return terminal.expect(TypedTerminal.PROMPT, CTRL_C);
  }

  private static Figure figure(
      String what,
      Histogram subject,
      Histogram yardstick,
      double percentile,
      @org.jspecify.annotations.Nullable Double budget) {
    return StreamBench.latency(what, subject, yardstick, percentile, 1e6, budget);
  }
}
