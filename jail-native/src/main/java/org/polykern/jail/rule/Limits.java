package org.polykern.jail.rule;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * How much a jailed program may use; -1 is unlimited everywhere.
 *
 * @param processes alive at once, without threads
 * @param threads alive at once, in all processes together
 * @param programStarts successful execs over the jail's life
 * @param creations processes and threads made over the jail's life
 * @param resources what setrlimit takes (soft and hard alike), in the units of setrlimit; what is
 *     missing is inherited
 */
public record Limits(
    long processes,
    long threads,
    long programStarts,
    long creations,
    Map<Resource, Long> resources) {
  public static final long UNLIMITED = -1;

  /** The resources of setrlimit, in the order of their numbers. */
  public enum Resource {
    CPU,
    FSIZE,
    DATA,
    STACK,
    CORE,
    RSS,
    NPROC,
    NOFILE,
    MEMLOCK,
    AS,
    LOCKS,
    SIGPENDING,
    MSGQUEUE,
    NICE,
    RTPRIO,
    RTTIME;

    /** The kernel's number for it, the same on x86-64 and aarch64. */
    @SuppressWarnings("EnumOrdinal") // The order above is the kernel's, and a test compares them.
    public int number() {
      return ordinal();
    }
  }

  /** No core files, and counts that stop a fork bomb but no real program. */
  public static final Limits DEFAULT =
      new Limits(512, 8192, UNLIMITED, UNLIMITED, Map.of(Resource.CORE, 0L));

  public Limits {
    check("processes", processes);
    check("threads", threads);
    check("programStarts", programStarts);
    check("creations", creations);
    resources.forEach((resource, value) -> check(resource.name(), value));
    resources =
        resources.isEmpty() ? Map.of() : Collections.unmodifiableMap(new EnumMap<>(resources));
  }

  private static void check(String what, long value) {
    if (value < UNLIMITED) {
      throw new IllegalArgumentException(
          "Expected " + what + " to be -1 (unlimited) or more, but it is " + value + ".");
    }
  }
}
