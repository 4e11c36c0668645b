/**
 * Terminals: shells in pseudo-terminals, seen over the stream port. {@code docs/streams.md} is the
 * contract.
 *
 * <p>{@code StreamPort} lets in who has a token. {@code Terminals} has the terminals by name, each
 * {@code Terminal} one {@code Shell} after the other, a {@code Screen} that knows what is shown,
 * and {@code Viewer}s. Output goes from the pseudo-terminal to every viewer's socket and into the
 * screen within one turn of the loop, 32 KiB at most, so that another terminal's echo waits for a
 * fraction of a millisecond. What a viewer does not take waits in bounded room; then the terminal
 * is not read any more and programs wait in their own {@code write}; nothing grows. Everything here
 * runs on the loop thread, which is also the one that jailed programs may not outlive. When the
 * runner ends, so do terminals.
 *
 * <p>The shell is an interactive one, but no login shell: the system's profile would replace the
 * {@code PATH} of the image, and the session's language with it.
 */
@NullMarked
package org.polykern.runner.terminal;

import org.jspecify.annotations.NullMarked;
