package org.polykern.agent.tunnel;

/** The JDK's sockets, for machines that have nothing else. */
final class JdkTunnelsIT extends TunnelContract {
  JdkTunnelsIT() {
    super(Transport.jdk());
  }
}
