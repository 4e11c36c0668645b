/**
 * Query mode through any Jupyter kernel that the image brings.
 *
 * <p>The runner plays the client of the Jupyter wire protocol: it starts the kernel of a kernelspec
 * with a connection file, sends {@code execute_request}, and turns what is published into output of
 * the run. A run is over when its reply came <em>and</em> the kernel said that it is idle, since
 * the two travel on different sockets.
 *
 * <p>The publishing socket drops messages when nobody reads, so a kernel whose output has no room
 * is stopped (SIGSTOP) until there is. Everything is confined to the loop thread; on a crash of the
 * kernel the run ends with its status and a new one is started.
 */
@NullMarked
package org.polykern.runner.jupyter;

import org.jspecify.annotations.NullMarked;
