package org.polykern.gateway.stream;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetSocket;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.polykern.common.bus.StreamCommand;
import org.polykern.common.bus.StreamCommand.Outcome;
import org.polykern.common.problem.Problem;
import org.polykern.common.problem.ProblemCode;
import org.polykern.common.problem.ProblemException;
import org.polykern.common.task.Tasks;
import org.polykern.gateway.run.KernelCalls;

/** Services of sessions: starting them, and connections to them. */
public final class ServiceStreams {
  private final Vertx vertx;
  private final Tasks tasks;
  private final KernelCalls calls;
  private final Tunnels tunnels;
  private final VirtualService virtual;

  /**
   * @param virtual the one service that is not the session's own
   */
  public ServiceStreams(
      Vertx vertx, Tasks tasks, KernelCalls calls, Tunnels tunnels, VirtualService virtual) {
    this.vertx = vertx;
    this.tasks = tasks;
    this.calls = calls;
    this.tunnels = tunnels;
    this.virtual = virtual;
  }

  /**
   * A connection to a service that was started; never blocks. On an event loop, the connection
   * lives on it. Fails with a ProblemException (no such session, service or port; the agent is
   * away) or with a {@link TunnelException} (nobody listens).
   *
   * @param session name or id
   * @param port container port; null = the service's first
   * @return the connection, paused: set its handlers, then resume it
   */
  public Future<NetSocket> open(
      String accessKey, String session, String app, @Nullable Integer port) {
    Promise<NetSocket> promise = Promise.promise();
    var context = vertx.getOrCreateContext();
    tasks.start(
        "open-" + app,
        () -> {
          try {
            var opened = locate(accessKey, session, app, port);
            context.runOnContext(go -> tunnels.open(opened).onComplete(promise));
          } catch (Throwable e) { // whatever it is, whoever waits gets to see it
            context.runOnContext(go -> promise.fail(e));
          }
        });
    return promise.future();
  }

  /** Where a connection to the service is to be had; blocks. Throws as {@link #open} fails. */
  public Outcome.Opened locate(String accessKey, String session, String app, @Nullable Integer port)
      throws InterruptedException {
    if (app.equals(virtual.name())) {
      return virtual.open(accessKey, session);
    }
    var outcome =
        calls.streams(
            accessKey,
            session,
            target -> new StreamCommand.OpenService(target.kernel(), app, port));
    if (outcome instanceof Outcome.Opened opened) {
      return opened;
    }
    throw unexpected(outcome);
  }

  /**
   * Makes a service run; blocks until its port is open.
   *
   * @param arguments option name to null, a text, or a list of texts
   * @return null when it runs; else why not, and the end of what it wrote
   * @throws ProblemException 404 no such session or service, 503 the agent is away
   */
  public Outcome.@Nullable NotStarted start(
      String accessKey,
      String session,
      String app,
      Map<String, String> envs,
      Map<String, Object> arguments)
      throws InterruptedException {
    if (app.equals(virtual.name())) {
      return null;
    }
    var outcome =
        calls.streams(
            accessKey,
            session,
            target -> new StreamCommand.StartService(target.kernel(), app, envs, arguments));
    return switch (outcome) {
      case Outcome.Started started -> null;
      case Outcome.NotStarted failed -> failed;
      default -> throw unexpected(outcome);
    };
  }

  /** All services of a session; blocks. */
  public List<StreamCommand.Service> list(String accessKey, String session)
      throws InterruptedException {
    var outcome =
        calls.streams(
            accessKey, session, target -> new StreamCommand.ListServices(target.kernel()));
    if (outcome instanceof Outcome.Services found) {
      return found.services();
    }
    throw unexpected(outcome);
  }

  /** Ends a service's process; blocks. */
  public void stop(String accessKey, String session, String app) throws InterruptedException {
    if (app.equals(virtual.name())) {
      return; // it has no process
    }
    var outcome =
        calls.streams(
            accessKey, session, target -> new StreamCommand.StopService(target.kernel(), app));
    if (!(outcome instanceof Outcome.Done)) {
      throw unexpected(outcome);
    }
  }

  /** The end of what a service wrote; blocks. */
  public Outcome.Log log(String accessKey, String session, String app) throws InterruptedException {
    if (app.equals(virtual.name())) {
      return new Outcome.Log("", true);
    }
    var outcome =
        calls.streams(
            accessKey, session, target -> new StreamCommand.ReadServiceLog(target.kernel(), app));
    if (outcome instanceof Outcome.Log log) {
      return log;
    }
    throw unexpected(outcome);
  }

  static ProblemException unexpected(Outcome outcome) {
    return Problem.of(
            ProblemCode.INTERNAL,
            "The agent gave an answer of another kind: " + outcome.getClass().getSimpleName())
        .toException();
  }
}
