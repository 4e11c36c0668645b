/**
 * The one door through which child processes are started.
 *
 * <p>{@code Spawner} is the seam: {@code JailSpawner} starts each program under a helper of the
 * jail, {@code LocalSpawner}, where the agent wants no jail, as a plain process of the JDK. Pipes
 * are handed out as selectable channels, so that the loop thread reads them itself and knows when
 * one is empty. What the jail tells comes in by other threads and is posted to the loop.
 */
@NullMarked
package org.polykern.runner.spawn;

import org.jspecify.annotations.NullMarked;
