package org.polykern.agent.tunnel;

import org.polykern.common.bus.Bytes;

/**
 * Where a tunnel leads.
 *
 * @param opening what is sent there before anything of the client
 * @param interactive a person waits for every key: little is kept under way
 */
public record Target(String host, int port, Bytes opening, boolean interactive) {
  /** A service's own port. */
  public static Target service(String host, int port) {
    return new Target(host, port, new Bytes(new byte[0]), false);
  }

  @Override
  public String toString() {
    return "Target[" + host + ":" + port + "]"; // the opening may be a secret
  }
}
