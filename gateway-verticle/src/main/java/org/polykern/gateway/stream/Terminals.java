package org.polykern.gateway.stream;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.polykern.common.bus.StreamCommand;
import org.polykern.common.bus.StreamCommand.Outcome.Opened;
import org.polykern.common.id.SessionId;
import org.polykern.common.problem.Problem;
import org.polykern.common.problem.ProblemCode;
import org.polykern.common.session.SessionStatus;
import org.polykern.gateway.run.KernelCalls;
import org.polykern.gateway.session.SessionRestart;
import org.polykern.gateway.session.SessionWaiters;
import org.polykern.gateway.session.Sessions;

/** Finds terminals, and finds them again; everything here may block. */
final class Terminals {
  private static final Duration RESTART_PATIENCE = Duration.ofSeconds(60);

  /**
   * A terminal that somebody looks at.
   *
   * @param generation of the session: it tells a terminal that has ended from one that went with a
   *     restart
   */
  record View(String accessKey, SessionId session, int generation, String name, TerminalSize size) {
    View resized(TerminalSize to) {
      return new View(accessKey, session, generation, name, to);
    }

    private View ofGeneration(int next) {
      return new View(accessKey, session, next, name, size);
    }
  }

  /** Where a view is to be had. */
  record Place(View view, Opened opened) {}

  private final KernelCalls calls;
  private final Sessions sessions;
  private final SessionWaiters waiters;
  private final SessionRestart restart;

  Terminals(KernelCalls calls, Sessions sessions, SessionWaiters waiters, SessionRestart restart) {
    this.calls = calls;
    this.sessions = sessions;
    this.waiters = waiters;
    this.restart = restart;
  }

  /**
   * A terminal of this name, made when there is none.
   *
   * @param ref name or id of the session
   * @throws org.polykern.common.problem.ProblemException 404, 400 when the session does not run,
   *     503 when its agent is away
   */
  Place open(String accessKey, String ref, String name, TerminalSize size)
      throws InterruptedException {
    var row = sessions.resolve(accessKey, ref);
    return open(new View(accessKey, row.id(), row.generation(), name, size));
  }

  private Place open(View view) throws InterruptedException {
    var outcome =
        calls.streams(
            view.accessKey,
            view.session.toString(),
            target ->
                new StreamCommand.OpenTerminal(
                    target.kernel(), view.name, view.size.rows(), view.size.columns()));
    if (outcome instanceof Opened opened) {
      return new Place(view, opened);
    }
    throw ServiceStreams.unexpected(outcome);
  }

  /**
   * The tunnel to a terminal has ended. Where that was a restart of the session or a fault of the
   * agent, the terminal is opened again.
   *
   * @param ended what the runner said about the terminal's end; empty when it said nothing
   * @throws org.polykern.common.problem.ProblemException as {@link #open}; 404 with the sentence
   *     when it is over
   */
  Place reopen(View view, String ended, BooleanSupplier abandoned) throws InterruptedException {
    try (var waiter = waiters.register(view.session)) {
      var state =
          waiter.await(s -> s.status() != SessionStatus.RESTARTING, RESTART_PATIENCE, abandoned);
      if (state.status() != SessionStatus.RUNNING) {
        throw over("The session has ended.");
      }
      if (!ended.isEmpty() && state.generation() == view.generation) {
        throw over(ended);
      }
      return open(view.ofGeneration(state.generation()));
    }
  }

  /** Restarts the session and opens the terminal in what comes of it. */
  Place restart(View view, BooleanSupplier abandoned) throws InterruptedException {
    var row = sessions.byId(view.session);
    if (row == null) {
      throw over("The session has ended.");
    }
    restart.restart(row, abandoned);
    return reopen(view.ofGeneration(row.generation()), "", abandoned);
  }

  private static RuntimeException over(String sentence) {
    return Problem.of(ProblemCode.OBJECT_NOT_FOUND, sentence).toException();
  }
}
