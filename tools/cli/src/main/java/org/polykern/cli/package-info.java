/**
 * The command line. {@link org.polykern.cli.Main} is the process, {@code command} holds one class
 * per command of the client, {@code jail} those of the jail by itself, {@code run} shows a running
 * program, {@code client} talks to the server, and {@code training} exercises all of it once for
 * the start-up cache.
 *
 * <p>One process runs one command on its main thread; a signal thread asks the server to interrupt
 * at Ctrl-C. No state outlives the process.
 */
@NullMarked
package org.polykern.cli;

import org.jspecify.annotations.NullMarked;
