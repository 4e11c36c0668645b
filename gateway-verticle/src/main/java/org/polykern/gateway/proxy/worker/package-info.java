/**
 * The side of the app proxy that carries bytes.
 *
 * <p>A TCP circuit is a listening port; each connection is copied to a tunnel by two virtual
 * threads that block. That gives back-pressure and half-closed connections without a word about
 * them, and no event loop is in the way. An HTTP circuit is an HTTP server (or a name on the
 * wildcard's server) whose requests are written anew for the app. Its client connects to a Unix
 * socket in a private directory; behind it the same copying leads to the tunnel, so that the pool,
 * the framing and the errors of an ordinary HTTP client do their work over tunnels.
 *
 * <p>{@link org.polykern.gateway.proxy.worker.ServedCircuits} owns what is served; the rows of the
 * database say what that should be. After a crash the next start serves the same circuits on the
 * same ports.
 */
@org.jspecify.annotations.NullMarked
package org.polykern.gateway.proxy.worker;
