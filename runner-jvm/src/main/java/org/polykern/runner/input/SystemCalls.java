package org.polykern.runner.input;

import java.util.Map;

/** The system calls in which a program can wait for input, by their numbers on this machine. */
final class SystemCalls {
  /** How a call names the descriptors that it waits for. */
  enum Kind {
    /** The first argument is the descriptor. */
    READ,
    /** The first argument points to an array of {@code pollfd}, the second is its length. */
    POLL,
    /** The first argument is the number of descriptors, the second points to the set to read. */
    SELECT,
    /** The first argument is an epoll descriptor. */
    EPOLL,
    OTHER
  }

  // read, readv, pread64, preadv, preadv2, splice, tee; sendfile's source is its second argument.
  private static final Map<Long, Kind> X86_64 =
      Map.ofEntries(
          Map.entry(0L, Kind.READ),
          Map.entry(19L, Kind.READ),
          Map.entry(17L, Kind.READ),
          Map.entry(295L, Kind.READ),
          Map.entry(327L, Kind.READ),
          Map.entry(275L, Kind.READ),
          Map.entry(276L, Kind.READ),
          // poll, ppoll
          Map.entry(7L, Kind.POLL),
          Map.entry(271L, Kind.POLL),
          // select, pselect6
          Map.entry(23L, Kind.SELECT),
          Map.entry(270L, Kind.SELECT),
          // epoll_wait, epoll_pwait, epoll_pwait2
          Map.entry(232L, Kind.EPOLL),
          Map.entry(281L, Kind.EPOLL),
          Map.entry(441L, Kind.EPOLL));

  /** The table that newer architectures share has neither poll, select nor epoll_wait. */
  private static final Map<Long, Kind> AARCH64 =
      Map.ofEntries(
          Map.entry(63L, Kind.READ),
          Map.entry(65L, Kind.READ),
          Map.entry(67L, Kind.READ),
          Map.entry(69L, Kind.READ),
          Map.entry(286L, Kind.READ),
          Map.entry(76L, Kind.READ),
          Map.entry(77L, Kind.READ),
          Map.entry(73L, Kind.POLL),
          Map.entry(72L, Kind.SELECT),
          Map.entry(22L, Kind.EPOLL),
          Map.entry(441L, Kind.EPOLL));

  private final Map<Long, Kind> kinds;

  /**
   * The table of an architecture.
   *
   * @param architecture as the JDK calls it; others than ours have an empty table
   */
  SystemCalls(String architecture) {
    this.kinds =
        switch (architecture) {
          case "amd64" -> X86_64;
          case "aarch64" -> AARCH64;
          default -> Map.of();
        };
  }

  Kind kind(long number) {
    return kinds.getOrDefault(number, Kind.OTHER);
  }
}
