package org.polykern.agent.run;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.polykern.agent.run.RunLog.BadOffsetException;
import org.polykern.common.bus.RunCommand.Outcome;
import org.polykern.common.id.RunId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The streams of one kernel: where they are kept, and how much of them. Beyond {@link #KEPT_BYTES}
 * what was read long ago goes first; then the program is held up, by leaving its messages with the
 * runner; the oldest output of a run that nobody reads is dropped. Guarded by the lock of
 * KernelRuns.
 */
final class RunStreams {
  static final long KEPT_BYTES = 64L << 20;

  /** What a client whose connection breaks may not have received though it was sent. */
  static final int BEHIND_BYTES = 16 << 20;

  private static final long LEFT_ALONE = Duration.ofMinutes(1).toNanos();
  private static final Logger log = LoggerFactory.getLogger(RunStreams.class);
  private static final String ID = "id";

  private final Path directory;
  private final RunTable runs;
  private final LongSupplier nanos;

  /** The runner cannot be held up. */
  boolean plain;

  RunStreams(Path directory, RunTable runs, LongSupplier nanos) {
    this.directory = directory;
    this.runs = runs;
    this.nanos = nanos;
  }

  /** Takes over what an agent before this one kept of a living kernel. */
  void adopt(Function<RunId, Run> make) {
    if (!Files.isDirectory(directory)) {
      return;
    }
    try (var found = Files.newDirectoryStream(directory)) {
      for (var each : found) {
        adopt(each, make);
      }
    } catch (IOException e) {
      log.warn("Cannot read the kept output of runs: {}", e.toString());
    }
  }

  private void adopt(Path kept, Function<RunId, Run> make) {
    try {
      var run = make.apply(new RunId(Files.readString(kept.resolve(ID))));
      run.stream = RunStream.open(kept, run);
      runs.put(run);
    } catch (IOException | BadOffsetException | IllegalArgumentException e) {
      log.warn("Dropping the kept output of a run: {}", e.toString());
      wipe(kept);
    }
  }

  /** Removes what a kernel before this one left. */
  void clear() {
    wipe(directory);
  }

  private static void wipe(Path tree) {
    if (!Files.exists(tree)) {
      return;
    }
    try (var all = Files.walk(tree)) {
      for (var file : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      log.warn("Cannot remove {}: {}", tree, e.toString());
    }
  }

  /** Makes a run one that is read as a stream. */
  void begin(Run run) {
    var place = directory.resolve(HexFormat.of().formatHex(hash(run.id)));
    try {
      wipe(place);
      run.stream = RunStream.create(place);
      Files.writeString(place.resolve(ID), run.id.value());
    } catch (IOException e) {
      throw RunProblems.noRoom(e).toException();
    }
  }

  private static byte[] hash(RunId id) {
    try {
      return MessageDigest.getInstance("SHA-256")
          .digest(id.value().getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Expected every Java runtime to have SHA-256", e);
    }
  }

  /** What there is to tell; null when nothing. */
  Outcome.@Nullable Piece next(Run run, long from, long told) {
    var stream = Objects.requireNonNull(run.stream);
    try {
      return stream.next(run, from, told);
    } catch (BadOffsetException e) {
      throw RunProblems.badOffset(run.id, from).toException();
    } catch (IOException e) {
      throw RunProblems.unreadable(e).toException();
    }
  }

  /** Disposes of a message that was added: it is ours, or it stays with the runner. */
  void settle(Run run, Receipt receipt) {
    var full = !makeRoom();
    if (full && !plain && !run.detached && !run.ended) {
      Objects.requireNonNull(run.stream).hold(receipt);
    } else {
      receipt.handed = true;
    }
    if (run.ended || run.detached) {
      Objects.requireNonNull(run.stream).release();
    }
  }

  /** After something was read: what was held may be taken when there is room now. */
  void relax() {
    if (makeRoom()) {
      for (var run : runs.all()) {
        if (run.stream != null) {
          run.stream.release();
        }
      }
    }
  }

  /** Drops what may be dropped; false when that is not enough. */
  private boolean makeRoom() {
    var streamed = runs.all().stream().filter(run -> run.stream != null).toList();
    var bytes = streamed.stream().mapToLong(run -> stream(run).bytes()).sum();
    while (bytes > KEPT_BYTES) {
      var freed = dropSome(streamed);
      if (freed == 0) {
        return false;
      }
      bytes -= freed;
    }
    return true;
  }

  private long dropSome(List<Run> streamed) {
    for (var run : streamed) {
      var stream = stream(run);
      var before = stream.bytes();
      if (run.ended && before > 0 && stream.isReadToTheEnd() && isLeftAlone(run)) {
        stream.delete();
        return before;
      }
    }
    for (var run : streamed) {
      var freed = stream(run).mayForget(BEHIND_BYTES) ? drop(run) : 0;
      if (freed > 0) {
        return freed;
      }
    }
    for (var run : streamed) {
      var deserted = run.detached || plain || (run.ended && isLeftAlone(run));
      var freed = deserted ? drop(run) : 0;
      if (freed > 0) {
        return freed;
      }
    }
    return 0;
  }

  private static long drop(Run run) {
    var stream = stream(run);
    var before = stream.bytes();
    return stream.dropOldest() ? before - stream.bytes() : 0;
  }

  private boolean isLeftAlone(Run run) {
    return run.callers == 0 && nanos.getAsLong() - run.lastPollNanos > LEFT_ALONE;
  }

  private static RunStream stream(Run run) {
    return Objects.requireNonNull(run.stream);
  }

  /** For runs that are forgotten. */
  static void delete(Collection<Run> forgotten) {
    for (var run : forgotten) {
      if (run.stream != null) {
        run.stream.delete();
      }
    }
  }
}
