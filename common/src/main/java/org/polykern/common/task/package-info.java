/**
 * Work on named virtual threads: starting, ordering per key, draining.
 *
 * <p>Nothing here runs on a Vert.x context, so blocking and {@code await()} are allowed everywhere
 * in it.
 */
@org.jspecify.annotations.NullMarked
package org.polykern.common.task;
