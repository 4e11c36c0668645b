package org.polykern.accel;

import java.util.Map;

/**
 * Whom to measure.
 *
 * @param containers id of each running container that has something of this plug-in, and what
 * @param processes process id on the host to container id, of all their processes
 */
public record Census(Map<String, Grant> containers, Map<Long, String> processes) {
  public static final Census NOBODY = new Census(Map.of(), Map.of());

  public Census {
    containers = Map.copyOf(containers);
    processes = Map.copyOf(processes);
  }
}
