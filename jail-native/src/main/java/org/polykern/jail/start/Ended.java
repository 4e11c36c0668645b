package org.polykern.jail.start;

import java.util.Map;

/**
 * How a program ended, and what it and its descendants used. When the helper was killed, nothing
 * but the exit code is known, and all numbers are 0.
 *
 * @param exitCode the program's exit status; 128+n when signal n ended it
 * @param refused how often each call was refused, by its name
 * @param userMicros processor time in programs, in microseconds
 * @param systemMicros processor time in the kernel, in microseconds
 * @param maxRssKib the greatest resident memory of one process, in KiB
 * @param maxProcesses the most processes alive at once
 * @param maxThreads the most further threads alive at once
 * @param programStarts programs started after the first
 * @param creations processes and threads created
 * @param droppedEvents events lost because they were read too slowly
 */
public record Ended(
    int exitCode,
    Map<String, Long> refused,
    long userMicros,
    long systemMicros,
    long maxRssKib,
    long maxProcesses,
    long maxThreads,
    long programStarts,
    long creations,
    long droppedEvents) {
  /** Copies the map. */
  public Ended {
    refused = Map.copyOf(refused);
  }

  /** From the helper's last event; an empty line where there was none. */
  static Ended of(int exitCode, String exit) {
    return new Ended(
        exitCode,
        HelperLine.counts(exit, "refused"),
        HelperLine.number(exit, "user_us"),
        HelperLine.number(exit, "system_us"),
        HelperLine.number(exit, "max_rss_kib"),
        HelperLine.number(exit, "max_processes"),
        HelperLine.number(exit, "max_threads"),
        HelperLine.number(exit, "execs"),
        HelperLine.number(exit, "creations"),
        HelperLine.number(exit, "dropped_events"));
  }
}
