package org.polykern.agent.runnerlink;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.polykern.common.problem.Problem;
import org.polykern.common.problem.ProblemCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The plain protocol, whose messages name neither run nor number: one run at a time is given to the
 * runner, and what it says belongs to that one. Answers to completions are told by their order.
 */
final class PlainWire implements Wire {
  private static final Logger log = LoggerFactory.getLogger(PlainWire.class);
  private static final byte[] EMPTY = new byte[0];
  private static final byte[] CANCELLED = bytes("{\"exitCode\": 130}");
  private static final byte[] FAILED = bytes("{\"exitCode\": -1}");
  private static final int MAX_COMPLETIONS = 64;

  /** A little less than ten seconds, since it is asked every five. */
  private static final long STATUS_PAUSE = Duration.ofMillis(9_500).toNanos();

  private record Command(String type, String text) {}

  private record Job(String run, List<Command> commands) {}

  private final Frames frames;
  private final RunnerListener listener;
  private final Completions completions;
  private final Consumer<Runnable> onReadingThread;
  private final ReentrantLock lock = new ReentrantLock(); // held while sending, never for listener
  private final ArrayDeque<Job> jobs = new ArrayDeque<>(); // guarded; the first one executes
  private final ArrayDeque<String> asked = new ArrayDeque<>(); // guarded; ids of completions
  private long statusNanos = System.nanoTime() - STATUS_PAUSE; // guarded
  // Below: confined to the reading thread.
  private final Utf8Pieces stdout = new Utf8Pieces();
  private final Utf8Pieces stderr = new Utf8Pieces();
  private long seq;

  PlainWire(
      Frames frames,
      RunnerListener listener,
      Completions completions,
      Consumer<Runnable> onReadingThread) {
    this.frames = frames;
    this.listener = listener;
    this.completions = completions;
    this.onReadingThread = onReadingThread;
  }

  /** Whether this answers a plain {@code status}: a MessagePack map, where ours has JSON. */
  static boolean isStatus(byte[] type, byte[] payload) {
    if (!new String(type, StandardCharsets.US_ASCII).equals("status") || payload.length == 0) {
      return false;
    }
    var first = payload[0] & 0xff;
    return (first & 0xf0) == 0x80 || first == 0xde || first == 0xdf;
  }

  @Override
  public boolean hello() {
    return true; // it keeps nothing that could come again
  }

  @Override
  public boolean code(String run, String source) {
    return submit(new Job(run, List.of(new Command("code", source))));
  }

  @Override
  public boolean batch(String run, String clean, String build, String exec) {
    return submit(
        new Job(
            run,
            List.of(
                new Command("clean", clean),
                new Command("build", build),
                new Command("exec", exec))));
  }

  @Override
  public boolean input(String run, String text) {
    return isCurrent(run) && frames.send("input", bytes(text));
  }

  @Override
  public boolean interrupt(@Nullable String run) {
    if (run == null || isCurrent(run)) {
      return frames.send("interrupt", EMPTY);
    }
    lock.lock();
    try {
      if (jobs.removeIf(job -> job.run().equals(run))) {
        onReadingThread.accept(() -> say(OutputKind.FINISHED, run, CANCELLED));
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean cancel(String run) {
    return interrupt(run);
  }

  @Override
  public boolean ack(long upTo) {
    return true;
  }

  @Override
  public boolean status() {
    lock.lock();
    try {
      var now = System.nanoTime();
      if (now - statusNanos < STATUS_PAUSE) {
        return true;
      }
      statusNanos = now;
      return frames.send("status", EMPTY);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean shutdown() {
    return true; // no such command: its container is stopped anyway
  }

  @Override
  public boolean complete(String id, byte[] request) {
    lock.lock();
    try {
      if (asked.size() >= MAX_COMPLETIONS) {
        asked.removeFirst(); // some runners never answer
      }
      asked.add(id);
      return frames.send("complete", request);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean ask(String type, String id, byte[] body) {
    throw Problem.of(
            ProblemCode.UNAVAILABLE,
            "Expected a kernel runner with terminals and services, but this session's image brings"
                + " one that speaks the plain protocol only; use an image without a runner of its"
                + " own.")
        .toException();
  }

  @Override
  public void take(byte[] type, byte[] payload) throws IOException {
    var name = new String(type, StandardCharsets.US_ASCII);
    switch (name) {
      case "status" -> listener.onStatus(0);
      case "completion" -> completed(payload);
      default -> output(name, payload);
    }
  }

  private void output(String name, byte[] payload) {
    var kind = name.equals("log") ? OutputKind.STDERR : OutputKind.of(name);
    var run = current();
    if (kind == null || run == null) {
      log.debug("Skipped a {} of a plain runner", kind == null ? "message of unknown type" : name);
      return;
    }
    switch (kind) {
      case STDOUT -> text(kind, run, stdout.add(payload));
      case STDERR -> text(kind, run, stderr.add(payload));
      case MEDIA, HTML, WAITING_INPUT -> say(kind, run, payload);
      case CLEAN_FINISHED, BUILD_FINISHED, FINISHED -> {
        text(OutputKind.STDOUT, run, stdout.end());
        text(OutputKind.STDERR, run, stderr.end());
        if (kind == OutputKind.FINISHED) {
          finished(run, payload);
        } else {
          say(kind, run, payload);
        }
      }
    }
  }

  /** The next run is sent before this end is told, so that the runner does not idle. */
  private void finished(String run, byte[] payload) {
    var refused = startNext();
    say(OutputKind.FINISHED, run, payload);
    for (var next : refused) {
      text(OutputKind.STDERR, next, "The kernel's runner takes no commands.\n");
      say(OutputKind.FINISHED, next, FAILED);
    }
  }

  private List<String> startNext() {
    var refused = new java.util.ArrayList<String>();
    lock.lock();
    try {
      jobs.poll();
      while (!jobs.isEmpty() && !send(jobs.getFirst())) {
        refused.add(jobs.removeFirst().run());
      }
    } finally {
      lock.unlock();
    }
    return refused;
  }

  private boolean submit(Job job) {
    lock.lock();
    try {
      if (jobs.isEmpty() && !send(job)) {
        return false;
      }
      jobs.add(job);
      return true;
    } finally {
      lock.unlock();
    }
  }

  private boolean send(Job job) {
    for (var command : job.commands()) {
      if (!frames.send(command.type(), bytes(command.text()))) {
        return false;
      }
    }
    return true;
  }

  private void completed(byte[] payload) throws IOException {
    String id;
    lock.lock();
    try {
      id = asked.poll();
    } finally {
      lock.unlock();
    }
    if (id != null) {
      completions.answered(id, payload);
    }
  }

  private @Nullable String current() {
    lock.lock();
    try {
      var job = jobs.peek();
      return job == null ? null : job.run();
    } finally {
      lock.unlock();
    }
  }

  private boolean isCurrent(String run) {
    return run.equals(current());
  }

  private void text(OutputKind kind, String run, String text) {
    if (!text.isEmpty()) {
      say(kind, run, bytes(text));
    }
  }

  private void say(OutputKind kind, String run, byte[] body) {
    listener.onOutput(kind, run, ++seq, body);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
