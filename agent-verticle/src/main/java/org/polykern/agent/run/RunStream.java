package org.polykern.agent.run;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.polykern.agent.run.RunLog.BadOffsetException;
import org.polykern.agent.run.RunLog.Entry;
import org.polykern.agent.runnerlink.OutputKind;
import org.polykern.common.bus.RunCommand.Outcome;
import org.polykern.common.bus.RunCommand.Question;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The output of a run that is read as a stream: all of it goes through its log, from which readers
 * take pieces by offset. Guarded by the lock of KernelRuns.
 */
final class RunStream {
  static final long NO_QUESTION = -1;

  private static final Logger log = LoggerFactory.getLogger(RunStream.class);

  /** Texts are cut into entries of at most so many bytes. */
  private static final int TEXT_BYTES = 64 * 1024;

  /** Of console output in one piece, about. */
  private static final int PIECE_BYTES = 256 * 1024;

  private final RunLog output;
  private final List<Receipt> held = new ArrayList<>();
  private long lastSeq;

  /** Where the last reader was. */
  private long readOffset;

  /** The question that was asked last; NO_QUESTION before the first. */
  private long question = NO_QUESTION;

  /** Characters that were dropped without having been read. */
  private long lostPoints;

  /** Characters that could not be written. */
  private long unwrittenPoints;

  private @Nullable Integer exitCode;

  private RunStream(RunLog output) {
    this.output = output;
  }

  static RunStream create(Path directory) throws IOException {
    return new RunStream(RunLog.create(directory));
  }

  /** What an agent before this one kept; brings the run to where it was. */
  static RunStream open(Path directory, Run run) throws IOException, BadOffsetException {
    var tails = new ArrayList<Entry>();
    var stream = new RunStream(RunLog.open(directory, tails));
    for (var entry : tails) {
      stream.lastSeq = Math.max(stream.lastSeq, entry.seq);
      stream.note(run, outputOf(entry), entry.end);
    }
    stream.readOffset = stream.output.start();
    return stream;
  }

  /** Appends a message; false when it is there already. */
  boolean add(Run run, OutputKind kind, long seq, byte[] body) {
    if (seq <= lastSeq) {
      return false;
    }
    lastSeq = seq;
    var from = 0;
    var text = kind == OutputKind.STDOUT || kind == OutputKind.STDERR;
    do {
      var to = text ? Utf8.cut(body, from, TEXT_BYTES) : body.length;
      var part =
          from == 0 && to == body.length ? body : java.util.Arrays.copyOfRange(body, from, to);
      write(kind, seq, part);
      from = to;
    } while (from < body.length);
    note(run, Output.of(kind, new Receipt(seq, body.length), body), output.end());
    return true;
  }

  private void write(OutputKind kind, long seq, byte[] body) {
    try {
      if (unwrittenPoints > 0) {
        var mark = Console.droppedMark(unwrittenPoints).getBytes(StandardCharsets.UTF_8);
        output.append(seq, OutputKind.STDERR, mark);
        unwrittenPoints = 0;
      }
      output.append(seq, kind, body);
    } catch (IOException e) {
      if (unwrittenPoints == 0) {
        log.warn("Cannot keep a run's output: {}", e.toString());
      }
      unwrittenPoints += Math.max(1, Utf8.points(body));
    }
  }

  private void note(Run run, Output message, long end) {
    switch (message.kind()) {
      case WAITING_INPUT -> {
        run.waiting = true;
        run.password = message.password();
        question = end;
      }
      case CLEAN_FINISHED, BUILD_FINISHED -> run.waiting = false;
      case FINISHED -> {
        run.waiting = false;
        run.ended = true;
        exitCode = message.exitCode();
      }
      case STDOUT, STDERR, MEDIA, HTML -> {}
    }
  }

  /** A runner that was adopted says that the run waits; the question may be too old to be found. */
  void noteWaiting() {
    if (question == NO_QUESTION) {
      question = output.end();
    }
  }

  /** Whether the run waits for an answer to just this question. */
  boolean asks(Run run, long id) {
    return run.waiting && id == question;
  }

  /**
   * What there is to tell behind an offset; null when nothing.
   *
   * @param told the question that the reader knows
   */
  Outcome.@Nullable Piece next(Run run, long from, long told)
      throws IOException, BadOffsetException {
    var console = new Console();
    var at = from;
    if (from < output.start()) {
      console.mark(Math.max(1, lostPoints));
      at = output.start();
    }
    var part = new ArrayDeque<Output>();
    for (var entry : output.read(at, PIECE_BYTES)) {
      var message = outputOf(entry);
      at = entry.end;
      if (message.isControl()) {
        var status = status(run, message, entry.end, told);
        if (status != null) {
          console.takeFrom(part);
          return piece(run, at, status, message.exitCode(), console);
        }
      } else {
        part.add(message);
      }
    }
    console.takeFrom(part);
    if (!console.items().isEmpty()) {
      return piece(run, at, "continued", null, console);
    }
    if (at < output.end()) {
      return next(run, at, told); // nothing but questions that are answered
    }
    return end(run, at, told, console);
  }

  private Outcome.@Nullable Piece end(Run run, long at, long told, Console console) {
    if (run.ended) {
      return piece(run, at, OutputKind.FINISHED.wire(), exitCode, console);
    }
    if (run.waiting && told != question) {
      return piece(run, at, OutputKind.WAITING_INPUT.wire(), null, console);
    }
    return null;
  }

  /** Null for a question that is answered, or that the reader knows. */
  private @Nullable String status(Run run, Output message, long end, long told) {
    var stale = message.kind() == OutputKind.WAITING_INPUT && (!asks(run, end) || told == question);
    return stale ? null : message.kind().wire();
  }

  private Outcome.Piece piece(
      Run run, long offset, String status, @Nullable Integer code, Console console) {
    var asks = status.equals(OutputKind.WAITING_INPUT.wire());
    readOffset = offset;
    return new Outcome.Piece(
        run.id,
        offset,
        status,
        code,
        asks ? new Question(question, run.password) : null,
        console.items());
  }

  private static Output outputOf(Entry entry) {
    return Output.of(entry.kind, new Receipt(entry.seq, entry.body.length), entry.body);
  }

  long bytes() {
    return output.bytes();
  }

  /** The message stays with the runner, which stops the program when it holds too many. */
  void hold(Receipt receipt) {
    held.add(receipt);
  }

  void release() {
    held.forEach(receipt -> receipt.handed = true);
    held.clear();
  }

  /** Whether the oldest segment lies so far behind the reader that no one will ask for it. */
  boolean mayForget(int behind) {
    var end = output.firstSegmentEnd();
    return end < output.end() && end <= readOffset - behind;
  }

  boolean isReadToTheEnd() {
    return readOffset >= output.end();
  }

  /** Drops the oldest segment, and counts what nobody has read of it; false when it is the last. */
  boolean dropOldest() {
    var end = output.firstSegmentEnd();
    if (end >= output.end()) {
      return false;
    }
    try {
      var unread = Math.max(readOffset, output.start());
      if (readOffset >= output.start()) {
        lostPoints = 0; // the gap before this one has been told
      }
      while (unread < end) {
        for (var entry : output.read(unread, (int) (end - unread))) {
          if (!outputOf(entry).isControl()) {
            lostPoints += Utf8.points(entry.body);
          }
          unread = entry.end;
        }
      }
      output.dropFirst();
      return true;
    } catch (IOException | BadOffsetException e) {
      log.warn("Cannot drop the oldest output of a run", e);
      return false;
    }
  }

  /** Forgets all output of a run that is over; how it ended is still known. */
  void delete() {
    try {
      output.delete();
    } catch (IOException e) {
      log.warn("Cannot remove the output of a run: {}", e.toString());
    }
  }
}
