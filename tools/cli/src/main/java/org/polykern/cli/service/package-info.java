/**
 * Service ports of a session, brought to this machine: {@link org.polykern.cli.service.LocalPort}
 * accepts connections, and a {@link org.polykern.cli.service.Tunnel} is one of them, spliced with a
 * WebSocket of its own.
 *
 * <p>Threads: two for each connection, one that waits for local bytes and the WebSocket's own,
 * which waits while the local side does not take what came. So whoever is slow slows the other
 * down, and nothing here grows. Nothing outlives the process.
 */
@NullMarked
package org.polykern.cli.service;

import org.jspecify.annotations.NullMarked;
