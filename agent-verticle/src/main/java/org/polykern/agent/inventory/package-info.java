/**
 * What the control plane hears from this agent: states, heartbeats, images, logs; and the loops
 * that look after all kernels at once.
 *
 * <p>{@link org.polykern.agent.inventory.Reports} keeps at most the newest unacknowledged state per
 * kernel and one task per kernel that repeats it. Nothing is lost when the scheduler is away:
 * states are kept here (gone kernels also on disk), and every heartbeat carries all of them anyway.
 */
@org.jspecify.annotations.NullMarked
package org.polykern.agent.inventory;
