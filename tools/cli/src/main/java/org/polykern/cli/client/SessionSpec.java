package org.polykern.cli.client;

import java.util.Map;

/**
 * What a new session should be.
 *
 * @param name unique among the caller's living sessions
 * @param image reference or alias
 * @param environ environment of the user's programs
 * @param resources slot name to quantity, such as {@code cpu} to {@code 1}; {@code shmem} is
 *     accepted here too
 * @param reuse whether a living session of this name and image will do
 * @param enqueueOnly answer before it runs
 * @param maxWaitSeconds how long to wait for it to run; 0 = without limit
 */
public record SessionSpec(
    String name,
    String image,
    Map<String, String> environ,
    Map<String, String> resources,
    boolean reuse,
    boolean enqueueOnly,
    int maxWaitSeconds) {}
