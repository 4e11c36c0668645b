package org.polykern.cli.client;

import org.jspecify.annotations.Nullable;

/**
 * The shell commands of a batch run; null skips a step, {@code *} is what the language would do.
 *
 * @param clean removes what an earlier build left
 * @param build compiles
 * @param exec runs; left out by the server when the build failed
 */
public record BatchCommands(
    @Nullable String clean, @Nullable String build, @Nullable String exec) {}
