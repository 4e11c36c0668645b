package org.polykern.jail.rule;

import java.util.List;

/** Who the tracer is, seen from the jailed program; it decides which rules are needed. */
public sealed interface Containment {
  /**
   * M2: tracer and runner belong to another user, so the kernel itself keeps the jailed program
   * from signalling, tracing or limiting them.
   */
  record Supervised() implements Containment {}

  /**
   * M1: all of them are the same user (an image that forces one, or rootless). What the kernel does
   * not refuse must be refused by the filter, and some of it cannot be: single threads of the
   * protected processes, and descriptors that pass through sockets.
   *
   * @param processes ids as the jailed program sees them: 1, the tracer, the runner
   * @param groups process groups of the protected processes
   */
  record SameUser(List<Integer> processes, List<Integer> groups) implements Containment {
    public SameUser {
      processes = List.copyOf(processes);
      groups = List.copyOf(groups);
      if (processes.stream().anyMatch(id -> id <= 0) || groups.stream().anyMatch(id -> id <= 0)) {
        throw new IllegalArgumentException(
            "Expected positive process ids, but they are " + processes + " and " + groups + ".");
      }
    }
  }
}
