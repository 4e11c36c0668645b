/**
 * One thread, one selector: everything that the runner decides happens here.
 *
 * <p>Sockets, pipes, timers and posted work all run on the loop thread, one after the other, so the
 * state of the other packages needs no lock. Only {@link org.polykern.runner.loop.EventLoop#post}
 * may be called from elsewhere. A handler that throws is logged and the loop goes on.
 */
@NullMarked
package org.polykern.runner.loop;

import org.jspecify.annotations.NullMarked;
