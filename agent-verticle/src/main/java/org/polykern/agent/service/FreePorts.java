package org.polykern.agent.service;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.OptionalInt;
import java.util.Set;
import java.util.random.RandomGenerator;

/** Finds ports of the machine that nobody listens on. */
public final class FreePorts {
  // Below those that the system gives to outgoing connections, which would take one away before
  // the service has bound it.
  private static final int FIRST = 20_000;
  private static final int COUNT = 12_768;
  private static final int TRIES = 2000;

  private final RandomGenerator random;

  public FreePorts(RandomGenerator random) {
    this.random = random;
  }

  /**
   * One that is none of {@code taken}; empty when none was found.
   *
   * @param taken ports of others, who may not listen yet
   */
  public OptionalInt find(Set<Integer> taken) {
    for (var i = 0; i < TRIES; i++) {
      var port = FIRST + random.nextInt(COUNT);
      if (!taken.contains(port) && isFree(port)) {
        return OptionalInt.of(port);
      }
    }
    return OptionalInt.empty();
  }

  private static boolean isFree(int port) {
    try (var socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(port), 1);
      return true;
    } catch (IOException taken) {
      return false;
    }
  }
}
