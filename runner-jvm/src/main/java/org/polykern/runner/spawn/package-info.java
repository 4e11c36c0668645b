/**
 * The one door through which child processes are started.
 *
 * <p>{@code Spawner} is the seam: today a plain process of the JDK, later the jail. Pipes are
 * handed out as selectable channels, so that the loop thread reads them itself and knows when one
 * is empty.
 */
@NullMarked
package org.polykern.runner.spawn;

import org.jspecify.annotations.NullMarked;
