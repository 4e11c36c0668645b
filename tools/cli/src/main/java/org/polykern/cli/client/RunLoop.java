package org.polykern.cli.client;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Drives one run of code to its end: the first {@code query} or {@code batch}, then {@code
 * continue} and {@code input} calls as the server's answers ask for them.
 *
 * <p>The server keeps the unread output of a run, so a {@code continue} that finds no server is
 * repeated for {@link #PATIENCE}: a gateway or agent may restart below a running program. An {@code
 * input} is repeated only if it certainly was not sent, since a line must not be typed twice.
 */
public final class RunLoop {
  /** How long a broken connection is tried again before the run is given up. */
  static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

  private final SessionClient sessions;
  private final RunListener listener;
  private final Pause pause;

  /** Waits between two tries; tests do not. */
  @FunctionalInterface
  interface Pause {
    void sleep(Duration duration) throws InterruptedException;
  }

  public RunLoop(SessionClient sessions, RunListener listener) {
    this(sessions, listener, Thread::sleep);
  }

  RunLoop(SessionClient sessions, RunListener listener, Pause pause) {
    this.sessions = sessions;
    this.listener = listener;
    this.pause = pause;
  }

  /**
   * Runs code to its end.
   *
   * @return the last answer; its status is {@code finished} or {@code exec-timeout}
   */
  public RunStep run(String session, String code) {
    return follow(session, sessions.execute(session, null, "query", code));
  }

  /**
   * Cleans, builds and executes; as {@link #run}.
   *
   * @return the answer of the execution, with exit code 127 when the build failed
   */
  public RunStep runBatch(String session, BatchCommands commands) {
    return follow(session, sessions.batch(session, commands));
  }

  private RunStep follow(String session, RunStep first) {
    RunStep step = first;
    while (true) {
      if (!step.console().isEmpty()) {
        listener.output(step.console());
      }
      switch (step.status()) {
        case "finished", "exec-timeout" -> {
          return step;
        }
        case "waiting-input" -> step = answer(session, step);
        case "continued" -> step = persist(session, step.runId(), "continue", "");
        case "clean-finished", "build-finished" -> {
          listener.stepFinished(step.status().split("-", 2)[0], step.exitCode());
          step = persist(session, step.runId(), "continue", "");
        }
        default ->
            throw new ApiException(
                200,
                "",
                "Expected a known run status, but the server answered '" + step.status() + "'.",
                "",
                com.fasterxml.jackson.databind.node.MissingNode.getInstance());
      }
    }
  }

  private RunStep answer(String session, RunStep step) {
    @Nullable String line = listener.input(step.password());
    if (line == null) {
      sessions.interrupt(session);
      return persist(session, step.runId(), "continue", "");
    }
    return persist(session, step.runId(), "input", line);
  }

  private RunStep persist(String session, String runId, String mode, String code) {
    Duration waited = Duration.ZERO;
    Duration next = FIRST_PAUSE;
    while (true) {
      try {
        return sessions.execute(session, runId, mode, code);
      } catch (ClientException e) {
        if (!mayRepeat(e, mode) || waited.compareTo(PATIENCE) >= 0) {
          throw e;
        }
        if (waited.isZero()) {
          listener.reconnecting(e);
        }
        rest(next, e);
        waited = waited.plus(next);
        next =
            next.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0
                ? next.multipliedBy(2)
                : LONGEST_PAUSE;
      }
    }
  }

  private static boolean mayRepeat(ClientException e, String mode) {
    boolean harmless = "continue".equals(mode);
    return switch (e) {
      case UnreachableException unreachable -> harmless || !unreachable.sent();
      case ApiException refused -> harmless && refused.status() >= 502 && refused.status() <= 504;
      case ConfigException broken -> false;
    };
  }

  private void rest(Duration duration, ClientException reason) {
    try {
      pause.sleep(duration);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw reason;
    }
  }
}
