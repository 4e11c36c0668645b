/**
 * One started program of the user, from its start to the end of everything that it prints.
 *
 * <p>{@code UserProcess} owns the reading ends of descriptors 1 and 2 and, through the stdin
 * bridge, the writing end of descriptor 0. It ends once: the main process has exited, and both
 * pipes are at their end or were silent for a moment. A background process that still holds a pipe
 * does not keep it open; what that one prints later goes to the log until it has printed too much,
 * and then it waits for ever. All state is confined to the loop thread; a crash of the runner ends
 * the session, so nothing is kept on disk.
 */
@NullMarked
package org.polykern.runner.process;

import org.jspecify.annotations.NullMarked;
