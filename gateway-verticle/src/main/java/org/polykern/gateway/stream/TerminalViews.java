package org.polykern.gateway.stream;

import io.vertx.core.Vertx;
import io.vertx.core.http.ServerWebSocket;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.polykern.common.task.Tasks;
import org.polykern.gateway.http.Parameters;
import org.polykern.gateway.run.KernelCalls;
import org.polykern.gateway.session.SessionRestart;
import org.polykern.gateway.session.SessionWaiters;
import org.polykern.gateway.session.Sessions;

/** Views of terminals for WebSockets of any kind. */
public final class TerminalViews {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,64}");

  private final Terminals terminals;
  private final TerminalSocket.Surroundings surroundings;

  /** What ends, restarts and finds sessions. */
  public record SessionParts(Sessions sessions, SessionWaiters waiters, SessionRestart restart) {}

  public TerminalViews(
      Vertx vertx,
      Tasks tasks,
      KernelCalls calls,
      Tunnels tunnels,
      LiveStreams live,
      SessionParts session) {
    this.terminals = new Terminals(calls, session.sessions, session.waiters, session.restart);
    this.surroundings = new TerminalSocket.Surroundings(vertx, tasks, tunnels, live, terminals);
  }

  /** The terminal that is meant; throws 400. */
  public static String nameIn(Parameters parameters) {
    var name = parameters.textOr("terminal", "main");
    if (!NAME.matcher(name).matches()) {
      throw parameters.invalid(
          "terminal", "Expected 1 to 64 letters, digits, '-' or '_' as terminal.");
    }
    return name;
  }

  /**
   * A view of a terminal, which is made when there is none of this name; blocks.
   *
   * @param session name or id
   * @return takes over the client's socket, on its event loop
   * @throws org.polykern.common.problem.ProblemException 404, 400 when the session does not run or
   *     for a size that no terminal has, 503 when its agent is away
   */
  public Consumer<ServerWebSocket> open(
      String accessKey, String session, String name, Parameters size) throws InterruptedException {
    var place = terminals.open(accessKey, session, name, TerminalSize.of(size));
    return socket -> TerminalSocket.begin(surroundings, socket, place);
  }
}
