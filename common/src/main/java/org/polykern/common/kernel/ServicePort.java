package org.polykern.common.kernel;

import java.util.List;

/** A port that a kernel offers: {@code protocol} is http, tcp or preopen. */
public record ServicePort(String name, String protocol, List<Integer> containerPorts) {
  public ServicePort {
    containerPorts = List.copyOf(containerPorts);
  }
}
