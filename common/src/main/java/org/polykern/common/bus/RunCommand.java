package org.polykern.common.bus;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.polykern.common.id.KernelId;
import org.polykern.common.id.RunId;

/** Code execution in a kernel, to its agent. An unknown kernel is a Problem OBJECT_NOT_FOUND. */
public sealed interface RunCommand {
  KernelId kernelId();

  /** What a call of the execute API asks for. */
  enum Mode {
    QUERY,
    BATCH,
    CONTINUE,
    INPUT
  }

  /**
   * One call of the execute API; the answer is {@link Outcome.Result} or {@link
   * Outcome.KernelLost}.
   *
   * @param runId null: the agent makes one (QUERY and BATCH only)
   * @param code source, or the typed line for INPUT
   * @param options of BATCH: clean, build, exec, each a text or missing
   * @param waitMillis the longest time to wait for output before answering "continued"
   * @param quietMillis the agent answers earlier when output exists and has been quiet for so long;
   *     0 = as soon as there is output
   */
  record Execute(
      KernelId kernelId,
      @Nullable RunId runId,
      Mode mode,
      String code,
      Map<String, Object> options,
      int waitMillis,
      int quietMillis)
      implements RunCommand {
    /** For people who poll: what a program prints at once comes in one answer. */
    public static final int QUIET_MILLIS = 50;

    public Execute {
      options = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(options));
    }
  }

  /**
   * SIGINT to running code; answered by {@link Outcome.Done}.
   *
   * @param runId the run that is meant: one that waits for its turn is removed; null = whatever
   *     executes
   */
  record Interrupt(KernelId kernelId, @Nullable RunId runId) implements RunCommand {}

  /**
   * Ends this run and no other, also one that waits for its turn; its outcome is {@code finished}.
   * Answered by {@link Outcome.Done}, also when the run is over.
   */
  record Cancel(KernelId kernelId, RunId runId) implements RunCommand {}

  /**
   * Begins a run whose output is kept, and is read by {@link ReadStream} only; answered by {@link
   * Outcome.Done}. Repeating it is harmless: a run of this id that is known goes on.
   *
   * @param mode QUERY or BATCH
   * @param code as in {@link Execute}
   * @param options as in {@link Execute}
   */
  record BeginStream(
      KernelId kernelId, RunId runId, Mode mode, String code, Map<String, Object> options)
      implements RunCommand {
    public BeginStream {
      options = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(options));
    }
  }

  /**
   * Reads what a run has written, as soon as there is anything; reading takes nothing away.
   * Answered by {@link Outcome.Piece} or, behind the last of the output, {@link
   * Outcome.KernelLost}.
   *
   * @param offset of the last piece that was read; 0 at first
   * @param told the last question that the reader was told of, -1 for none: it is told another one
   *     only
   * @param waitMillis the longest time to wait before answering with an empty piece
   */
  record ReadStream(KernelId kernelId, RunId runId, long offset, long told, int waitMillis)
      implements RunCommand {}

  /**
   * The line that a program waits for; answered by {@link Outcome.Done}. Ignored when that question
   * was answered already, so repeating it is harmless.
   *
   * @param question its {@link Question#id}
   */
  record AnswerStream(KernelId kernelId, RunId runId, long question, String line)
      implements RunCommand {}

  /**
   * The reader of a stream is gone for good: the run is interrupted, or removed while it waits for
   * its turn, and its output does not hold it up. Answered by {@link Outcome.Done}.
   */
  record LeaveStream(KernelId kernelId, RunId runId) implements RunCommand {}

  /** Completion at the end of {@code code}; answered by {@link Outcome.Completions}. */
  record Complete(KernelId kernelId, String code, Map<String, Object> options)
      implements RunCommand {
    public Complete {
      options = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(options));
    }
  }

  /** The container's log, at most the last {@code maxBytes}; answered by {@link Outcome.Log}. */
  record ReadLog(KernelId kernelId, int maxBytes) implements RunCommand {}

  /** One item of the console list, in order. Kinds: stdout, stderr, media, html, log. */
  record ConsoleItem(String kind, @Nullable String mime, String text) {}

  /** A program waits for a line. Numbers of later questions of a run are greater. */
  record Question(long id, boolean isPassword) {}

  /** Every answer. */
  sealed interface Outcome {
    /**
     * @param status continued, waiting-input, clean-finished, build-finished or finished
     * @param exitCode of a finished phase, else null
     * @param isPassword for waiting-input, else null
     */
    record Result(
        RunId runId,
        String status,
        @Nullable Integer exitCode,
        @Nullable Boolean isPassword,
        List<ConsoleItem> console)
        implements Outcome {
      public Result {
        console = List.copyOf(console);
      }
    }

    /**
     * Output of a stream.
     *
     * @param offset where to read on
     * @param status as in {@link Result}
     * @param exitCode of a finished phase, else null
     * @param question for waiting-input, else null
     */
    record Piece(
        RunId runId,
        long offset,
        String status,
        @Nullable Integer exitCode,
        @Nullable Question question,
        List<ConsoleItem> console)
        implements Outcome {
      public Piece {
        console = List.copyOf(console);
      }
    }

    /** The kernel died during the call; {@code reason} is a sentence. */
    record KernelLost(RunId runId, String reason, List<ConsoleItem> console) implements Outcome {
      public KernelLost {
        console = List.copyOf(console);
      }
    }

    record Completions(List<String> suggestions) implements Outcome {
      public Completions {
        suggestions = List.copyOf(suggestions);
      }
    }

    record Log(String text) implements Outcome {}

    record Done() implements Outcome {}
  }
}
