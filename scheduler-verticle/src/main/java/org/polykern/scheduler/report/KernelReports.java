package org.polykern.scheduler.report;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Tuple;
import org.jspecify.annotations.Nullable;
import org.polykern.common.db.Db;
import org.polykern.common.id.AgentId;
import org.polykern.common.id.KernelId;
import org.polykern.common.kernel.KernelObserved;
import org.polykern.common.kernel.KernelState;
import org.polykern.common.problem.Problem;
import org.polykern.common.problem.ProblemCode;
import org.polykern.common.session.SessionStatus;
import org.polykern.scheduler.report.LockedSession.KernelRow;

/** Applies what is known about single kernels, each in one transaction. Blocks. */
public final class KernelReports {
  /** What the caller has to do after the commit. */
  public enum Consequence {
    /** The report was old, or told nothing new. */
    NONE,
    /** Rows changed: publish, dispatch, place. */
    CHANGED,
    /** No row wants what the agent holds. */
    ORPHAN
  }

  private static final String OBSERVE =
      """
      update kernel set observed_rank = $2, container_id = coalesce($3::text, container_id),
        kernel_host = coalesce($4::text, kernel_host),
        service_ports = coalesce($5::jsonb, service_ports), devices = coalesce($6::jsonb, devices),
        last_stat = coalesce($7::jsonb, last_stat)
      where id = $1\
      """;

  private final Db db;
  private final KernelFate fate;

  public KernelReports(Db db, int maxAttempts) {
    this.db = db;
    this.fate = new KernelFate(maxAttempts);
  }

  /** An agent's report, in whatever order it comes. */
  public Consequence apply(AgentId agent, KernelObserved observed) {
    return db.inTransaction(tx -> {
      var session = LockedSession.ofKernel(tx, observed.kernelId()).orElse(null);
      if (session == null) {
        return orphan(observed);
      }
      var kernel = session.kernel(observed.kernelId());
      if (kernel.status().isTerminal() || !kernel.isOn(agent)) {
        return orphan(observed);
      }
      if (observed.generation() != kernel.generation()
          || observed.state().rank() < kernel.observedRank()) {
        // An older generation here is replaced by the start that is on its way.
        return Consequence.NONE;
      }
      observe(tx, observed);
      if (observed.state().rank() == kernel.observedRank()) {
        return Consequence.NONE;
      }
      follow(tx, session, kernel, observed);
      return Consequence.CHANGED;
    });
  }

  /**
   * An agent answered a start with a refusal: nothing of this generation ran. A refused restart may
   * leave the container of the generation before, so that one is stopped properly.
   */
  public Consequence refused(AgentId agent, KernelId id, int generation, Problem problem) {
    return onCurrent(
        agent,
        id,
        generation,
        (tx, session, kernel) -> {
          if (kernel.status() == SessionStatus.SCHEDULED) {
            fate.refused(tx, session, kernel, true, problem);
          } else if (kernel.status() == SessionStatus.RESTARTING) {
            fate.giveUp(tx, session, kernel, "failed-to-start", problem);
          }
        });
  }

  /**
   * An agent that should have it does not hold it, or is gone itself before it took it.
   *
   * @param reason for kernels that ran
   */
  public Consequence vanished(AgentId agent, KernelId id, int generation, String reason) {
    return onCurrent(
        agent,
        id,
        generation,
        (tx, session, kernel) -> {
          if (kernel.status() == SessionStatus.TERMINATING || kernel.everRan()) {
            fate.gone(tx, session, kernel, reason, null);
          } else {
            var lost =
                Problem.of(
                    ProblemCode.KERNEL_CREATION_FAILED,
                    "Expected agent " + agent + " to go on with the start, but it lost it.");
            fate.refused(tx, session, kernel, false, lost);
          }
        });
  }

  /** A start that takes too long: its session ends. */
  public Consequence tooSlow(AgentId agent, KernelId id, int generation, Problem problem) {
    return onCurrent(
        agent,
        id,
        generation,
        (tx, session, kernel) -> {
          var restart = kernel.status() == SessionStatus.RESTARTING;
          if (restart || kernel.status().isStarting()) { // else it has moved on meanwhile
            var reason = restart ? "restart-timeout" : "failed-to-start";
            fate.giveUp(tx, session, kernel, reason, problem);
          }
        });
  }

  /** Takes a wanted end into the statuses, so that the kernels can be stopped. */
  public Consequence terminate(KernelId id, String reason) {
    return db.inTransaction(tx -> {
      var session = LockedSession.ofKernel(tx, id).orElse(null);
      if (session == null || !session.ending() || session.status().isTerminal()) {
        return Consequence.NONE;
      }
      var cause = session.endReason() != null ? session.endReason() : reason;
      fate.terminate(tx, session, cause);
      return Consequence.CHANGED;
    });
  }

  private interface Action {
    void run(Db.Tx tx, LockedSession session, KernelRow kernel);
  }

  private Consequence onCurrent(AgentId agent, KernelId id, int generation, Action action) {
    return db.inTransaction(tx -> {
      var session = LockedSession.ofKernel(tx, id).orElse(null);
      if (session == null) {
        return Consequence.NONE;
      }
      var kernel = session.kernel(id);
      if (kernel.status().isTerminal()
          || !kernel.isOn(agent)
          || kernel.generation() != generation) {
        return Consequence.NONE;
      }
      action.run(tx, session, kernel);
      return Consequence.CHANGED;
    });
  }

  private void follow(Db.Tx tx, LockedSession session, KernelRow kernel, KernelObserved observed) {
    switch (observed.state()) {
      case PREPARING, PULLING, CREATING, RUNNING, TERMINATING ->
          fate.progressed(tx, session, kernel, observed.state().status(), observed.reason());
      case TERMINATED -> {
        if (kernel.everRan() || session.ending()) {
          fate.gone(tx, session, kernel, observed.reason(), observed.exitCode());
        } else {
          fate.failed(tx, session, kernel, problemOf(observed), observed.exitCode());
        }
      }
      case REJECTED -> fate.refused(tx, session, kernel, true, problemOf(observed));
      case FAILED -> fate.failed(tx, session, kernel, problemOf(observed), observed.exitCode());
    }
  }

  private static Problem problemOf(KernelObserved observed) {
    return observed.failure() != null
        ? observed.failure()
        : Problem.of(
            ProblemCode.KERNEL_CREATION_FAILED,
            "Expected the kernel to start, but it ended: " + observed.reason());
  }

  private static Consequence orphan(KernelObserved observed) {
    var dying = observed.state().isGone() || observed.state() == KernelState.TERMINATING;
    return dying ? Consequence.NONE : Consequence.ORPHAN;
  }

  private static void observe(Db.Tx tx, KernelObserved observed) {
    tx.query(
        OBSERVE,
        Tuple.tuple()
            .addUUID(observed.kernelId().value())
            .addInteger(observed.state().rank())
            .addString(observed.containerId())
            .addString(observed.host())
            .addValue(ports(observed))
            .addValue(observed.devices().isEmpty() ? null : json(observed.devices()))
            .addValue(observed.stats().isEmpty() ? null : json(observed.stats())));
  }

  private static JsonObject json(java.util.Map<String, ?> map) {
    var json = new JsonObject();
    map.forEach(json::put);
    return json;
  }

  private static @Nullable JsonArray ports(KernelObserved observed) {
    if (observed.servicePorts().isEmpty()) {
      return null;
    }
    var ports = new JsonArray();
    for (var port : observed.servicePorts()) {
      ports.add(
          new JsonObject()
              .put("name", port.name())
              .put("protocol", port.protocol())
              .put("container_ports", new JsonArray(port.containerPorts()))
              .put("host_ports", new JsonArray()));
    }
    return ports;
  }
}
