package org.polykern.agent.backend;

/**
 * Identity of a started container.
 *
 * @param id engine's id, or {@code pid:N}
 * @param host address at which its runner is reached
 * @param startMark tells it from a later one with the same id: start time of the process in clock
 *     ticks, 0 where ids are never used twice
 */
public record ContainerRef(String id, String host, long startMark) {}
