package org.polykern.agent.tunnel;

/** The system's own calls. */
final class SystemTunnelsIT extends TunnelContract {
  SystemTunnelsIT() {
    super(Transport.system());
  }
}
