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

  /** SIGINT to the running code; answered by {@link Outcome.Done}. */
  record Interrupt(KernelId kernelId) implements RunCommand {}

  /**
   * Ends this run and no other, also one that waits for its turn; its outcome is {@code finished}.
   * Answered by {@link Outcome.Done}, also when the run is over.
   */
  record Cancel(KernelId kernelId, RunId runId) implements RunCommand {}

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
