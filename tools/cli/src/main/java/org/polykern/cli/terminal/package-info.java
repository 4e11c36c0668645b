/**
 * A session's terminal shown in the terminal of this process. {@link
 * org.polykern.cli.terminal.LocalTerminal} is the latter, raw meanwhile and restored whatever
 * happens; {@link org.polykern.cli.terminal.TerminalSession} connects the two and connects again
 * when the connection breaks: the program goes on at the server, and the server draws the screen
 * anew.
 *
 * <p>Threads: one reads keys, one sends frames, the WebSocket's own draws, and the main thread
 * waits for what ends a connection. The typed bytes that wait to be sent are bounded.
 */
@NullMarked
package org.polykern.cli.terminal;

import org.jspecify.annotations.NullMarked;
