package org.polykern.launcher.cluster;

import org.polykern.common.config.Setting;

/** How nodes find each other. */
public record ClusterConfig(
    @Setting(fallback = "polykern", about = "Nodes of one name and one secret form one cluster.")
        String name,
    @Setting(
            fallback = "",
            about =
                "The same long random text on every node (16 characters or more); a node without it"
                    + " cannot join.")
        String secret,
    @Setting(fallback = "224.2.2.3", about = "Multicast address by which nodes find each other.")
        String multicastGroup,
    @Setting(fallback = "54327", about = "UDP port of the multicast address.") int multicastPort,
    @Setting(
            fallback = "",
            about =
                "Address of the network interface to use, such as 10.0.0.5 or 10.0.0.*; empty for"
                    + " the machine's main one.")
        String networkInterface,
    @Setting(
            fallback = "5701",
            about = "First TCP port for members; the next free one of 100 is taken.")
        int memberPort) {
  private static final int SHORTEST_SECRET = 16;

  /** Refuses what could never work. */
  public ClusterConfig {
    if (name.isBlank()) {
      throw new IllegalArgumentException("Expected a name, but it is empty");
    }
    if (!secret.isEmpty() && secret.length() < SHORTEST_SECRET) {
      throw new IllegalArgumentException(
          "Expected a secret of at least %d characters, but it has %d"
              .formatted(SHORTEST_SECRET, secret.length()));
    }
    if (!multicastGroup.matches("2(2[4-9]|3\\d)(\\.\\d{1,3}){3}")) {
      throw new IllegalArgumentException(
          "Expected a multicast-group from 224.0.0.0 to 239.255.255.255, but got "
              + multicastGroup);
    }
    for (var port : new int[] {multicastPort, memberPort}) {
      if (port < 1 || port > 65_535) {
        throw new IllegalArgumentException("Expected a port from 1 to 65535, but got " + port);
      }
    }
  }
}
