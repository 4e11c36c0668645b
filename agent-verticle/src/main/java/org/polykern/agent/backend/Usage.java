package org.polykern.agent.backend;

/**
 * What a container has used.
 *
 * @param cpuNanos since its start
 * @param memoryBytes now, without reclaimable file cache
 * @param memoryLimitBytes 0 = none
 */
public record Usage(long cpuNanos, long memoryBytes, long memoryLimitBytes, long pids) {}
