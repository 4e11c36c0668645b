package org.polykern.gateway.stream;

import org.polykern.common.id.SessionId;
import org.polykern.gateway.auth.Caller;
import org.polykern.gateway.session.SessionRow;

/** The app proxy's coordinator, as far as {@code start-service} needs it. */
public interface AppProxyAccess {
  /**
   * What a client needs to reach a service through the app proxy.
   *
   * @param token unguessable, safe in a URL, good for minutes and for this session only
   * @param address public base address of the coordinator
   */
  record Grant(String token, String address) {
    @Override
    public String toString() {
      return "Grant[" + address + "]"; // a token has no place in a log
    }
  }

  /**
   * Makes a running service reachable; may block.
   *
   * @param protocol of the service: http, tcp or preopen
   * @param port container port
   * @throws org.polykern.common.problem.ProblemException 503 when no app proxy answers
   */
  Grant grant(Caller owner, SessionRow session, String app, String protocol, int port)
      throws InterruptedException;

  /** The service was stopped: its addresses end, and their connections; may block. */
  void revoke(SessionId session, String app);
}
