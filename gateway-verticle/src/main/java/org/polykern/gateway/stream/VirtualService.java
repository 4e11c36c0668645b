package org.polykern.gateway.stream;

import org.polykern.common.bus.StreamCommand.Outcome.Opened;

/** A service of every session that no process of the session serves, but the gateway itself. */
public interface VirtualService {
  String name();

  /** A place to connect to, in this process and as an agent's tunnel port is; may block. */
  Opened open(String accessKey, String session) throws InterruptedException;
}
