/**
 * User input without a terminal: a pipe to the user's processes, and the question whether anyone
 * waits at its other end.
 *
 * <p>{@code StdinBridge} owns the writing end, one per started program. While a run is active and
 * silent it looks, ever less often, at the system call in which each thread of the program and of
 * its descendants is blocked: reading that pipe, or waiting for it to become readable, is waiting
 * for input, whatever the language. Two sightings in a row count, since what was written a moment
 * ago may not have been read yet. Everything is confined to the loop thread. Where {@code /proc}
 * tells nothing, no input is asked for, and nothing else changes.
 */
@NullMarked
package org.polykern.runner.input;

import org.jspecify.annotations.NullMarked;
