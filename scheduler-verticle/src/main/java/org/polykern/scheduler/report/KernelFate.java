package org.polykern.scheduler.report;

import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.polykern.common.db.Db;
import org.polykern.common.id.KernelId;
import org.polykern.common.problem.Problem;
import org.polykern.common.session.Lifecycle;
import org.polykern.common.session.SessionStatus;
import org.polykern.scheduler.report.LockedSession.KernelRow;

/**
 * What follows for a kernel and its session when something became known about the kernel. Every
 * method works inside the caller's transaction on a session locked in it, and may be called once
 * per lock: the statuses in {@link LockedSession} are those before the call.
 */
final class KernelFate {
  private static final String EXCLUDE =
      """
      with tried as (update session set attempt = attempt + 1, status_data = status_data || $4
        where id = $1)
      update kernel set excluded_agents = $3 where id = $2\
      """;

  private static final String ANOTHER_AGENT =
      """
      select 1 from agent where scaling_group = $1 and status = 'ALIVE' and schedulable
        and id <> all($2) limit 1\
      """;

  private static final String GIVE_UP =
      """
      with noted as (update kernel set status_data = status_data || $3 where id = $2)
      update session set desired = 'terminate', status_data = status_data || $3 where id = $1\
      """;

  private static final String WANT_END = "update session set desired = 'terminate' where id = $1";

  private static final String KERNEL_DATA =
      "update kernel set status_data = status_data || $2 where id = $1";
  private static final String SESSION_DATA =
      "update session set status_data = status_data || $2 where id = $1";

  private final int maxAttempts;

  /**
   * @param maxAttempts after so many refused starts the session is cancelled
   */
  KernelFate(int maxAttempts) {
    this.maxAttempts = maxAttempts;
  }

  /** One step further, or RUNNING. */
  void progressed(
      Db.Tx tx, LockedSession session, KernelRow kernel, SessionStatus to, String reason) {
    if (session.ending() && to != SessionStatus.TERMINATING) {
      return; // A start that is being called off is not a start any more.
    }
    if (Lifecycle.moveKernel(tx, kernel.id(), to, reason, StatusEvents.ofKernel(to), null)) {
      settle(tx, session, kernel, to, reason, null);
    }
  }

  /** It is gone, after an end that was wanted or of its own. */
  void gone(
      Db.Tx tx,
      LockedSession session,
      KernelRow kernel,
      String reason,
      @Nullable Integer exitCode) {
    var to = kernel.everRan() ? SessionStatus.TERMINATED : SessionStatus.CANCELLED;
    var cause = session.endReason() != null ? session.endReason() : reason;
    if (Lifecycle.moveKernel(tx, kernel.id(), to, cause, StatusEvents.ofKernel(to), exitCode)) {
      tx.query(KERNEL_DATA, Tuple.of(kernel.id().value(), endData(to, exitCode)));
      settle(tx, session, kernel, to, cause, exitCode);
    }
  }

  /**
   * The agent refused it, or lost it, before anything of it ran. Another agent may try, unless its
   * end is wanted, it is part of a cluster, it was tried too often or nobody else is there.
   *
   * @param exclude do not offer it to this agent again
   */
  void refused(
      Db.Tx tx, LockedSession session, KernelRow kernel, boolean exclude, Problem problem) {
    var excluded = new ArrayList<>(kernel.excluded());
    if (exclude && kernel.agent() != null) {
      excluded.add(kernel.agent().value());
    }
    var again =
        !session.ending()
            && !kernel.everRan()
            && session.clusterSize() == 1
            && session.attempt() + 1 < maxAttempts
            && somebodyElse(tx, session, excluded);
    if (!again) {
      failed(tx, session, kernel, problem, null);
      return;
    }
    tx.query(
        EXCLUDE,
        Tuple.tuple()
            .addUUID(session.id().value())
            .addUUID(kernel.id().value())
            .addArrayOfString(excluded.toArray(String[]::new))
            .addValue(new JsonObject().put("refused", reasonOf(problem))));
    Lifecycle.moveKernel(tx, kernel.id(), SessionStatus.PENDING, "rejected-by-agent", null, null);
    Lifecycle.moveSession(tx, session.id(), SessionStatus.PENDING, "rejected-by-agent", null, null);
  }

  /** Its start failed and nothing of it is left: the session ends, its other kernels follow. */
  void failed(
      Db.Tx tx,
      LockedSession session,
      KernelRow kernel,
      Problem problem,
      @Nullable Integer exitCode) {
    if (!session.ending()) {
      tx.query(GIVE_UP, Tuple.of(session.id().value(), kernel.id().value(), errorData(problem)));
    }
    gone(tx, session, kernel, "failed-to-start", exitCode);
  }

  /** Ends a session by our own decision (a deadline): its kernels are stopped by their agents. */
  void giveUp(Db.Tx tx, LockedSession session, KernelRow kernel, String reason, Problem problem) {
    tx.query(GIVE_UP, Tuple.of(session.id().value(), kernel.id().value(), errorData(problem)));
    terminate(tx, session, reason);
  }

  /**
   * Begins the end of a session: kernels without an agent are over at once, the others become
   * TERMINATING and wait for their agents.
   */
  void terminate(Db.Tx tx, LockedSession session, String reason) {
    var unplaced = new ArrayList<KernelId>();
    var placed = new ArrayList<KernelId>();
    for (var kernel : session.kernels()) {
      if (!kernel.status().isTerminal()) {
        (kernel.agent() == null ? unplaced : placed).add(kernel.id());
      }
    }
    var to = SessionStatus.TERMINATING;
    Lifecycle.moveKernels(tx, placed, to, reason, StatusEvents.ofKernel(to), null);
    for (var kernel : session.kernels()) {
      if (unplaced.contains(kernel.id())) {
        var end = kernel.everRan() ? SessionStatus.TERMINATED : SessionStatus.CANCELLED;
        Lifecycle.moveKernel(tx, kernel.id(), end, reason, StatusEvents.ofKernel(end), null);
      }
    }
    if (placed.isEmpty()) {
      finish(tx, session, session.main().everRan(), reason, session.main().exitCode());
    } else {
      Lifecycle.moveSession(tx, session.id(), to, reason, null, null);
    }
  }

  /** The session's status follows from its kernels', of which one has just become {@code now}. */
  private static void settle(
      Db.Tx tx,
      LockedSession session,
      KernelRow changed,
      SessionStatus now,
      String reason,
      @Nullable Integer exitCode) {
    var main = session.main().id().equals(changed.id()) ? now : session.main().status();
    List<SessionStatus> siblings =
        session.kernels().stream()
            .skip(1)
            .map(k -> k.id().equals(changed.id()) ? now : k.status())
            .toList();
    var candidate = SessionStatus.ofKernels(main, siblings);
    if (candidate.isTerminal()) {
      var mainExit =
          session.main().id().equals(changed.id()) ? exitCode : session.main().exitCode();
      finish(tx, session, candidate == SessionStatus.TERMINATED, reason, mainExit);
    } else if (session.ending() || main.isTerminal() || now == SessionStatus.CANCELLED) {
      // The rest follows: the dispatch loop stops every kernel of a session whose end is wanted.
      tx.query(WANT_END, Tuple.of(session.id().value()));
      Lifecycle.moveSession(tx, session.id(), SessionStatus.TERMINATING, reason, null, null);
    } else if (candidate != session.status()) {
      var event = StatusEvents.ofSession(session.status(), candidate);
      Lifecycle.moveSession(tx, session.id(), candidate, reason, event, null);
    }
  }

  private static void finish(
      Db.Tx tx, LockedSession session, boolean ran, String reason, @Nullable Integer exitCode) {
    var to = ran ? SessionStatus.TERMINATED : SessionStatus.CANCELLED;
    var event = StatusEvents.ofSession(session.status(), to);
    if (Lifecycle.moveSession(tx, session.id(), to, reason, event, exitCode)) {
      tx.query(SESSION_DATA, Tuple.of(session.id().value(), endData(to, exitCode)));
    }
  }

  private static boolean somebodyElse(Db.Tx tx, LockedSession session, List<String> excluded) {
    var parameters =
        Tuple.tuple()
            .addString(session.scalingGroup())
            .addArrayOfString(excluded.toArray(String[]::new));
    return tx.query(ANOTHER_AGENT, parameters).size() > 0;
  }

  private static JsonObject endData(SessionStatus to, @Nullable Integer exitCode) {
    return new JsonObject()
        .put("kernel", new JsonObject().put("exit_code", exitCode))
        .put(
            "session",
            new JsonObject().put("status", to.name().toLowerCase(java.util.Locale.ROOT)));
  }

  private static JsonObject errorData(Problem problem) {
    return new JsonObject().put("error", reasonOf(problem));
  }

  private static JsonObject reasonOf(Problem problem) {
    return new JsonObject()
        .put("src", "agent")
        .put("name", problem.code().suffix())
        .put("repr", problem.message());
  }
}
