/**
 * The loops that close the difference between what the rows want and what is.
 *
 * <p>Each loop is one virtual thread that looks at the rows when its bell rings or its tick comes;
 * a lost message therefore only delays. Placement, dispatch and the watch over agents and deadlines
 * act on the leader only ({@link org.polykern.scheduler.reconcile.LeaderLease}); two leaders at
 * once would do the same work twice, which every statement and every command tolerates. Commands
 * leave on a task per kernel, so a slow agent delays nobody else.
 *
 * <p>State in memory is only about when to try again ({@link
 * org.polykern.scheduler.reconcile.Attempts}); a new leader starts without it and sends at once
 * what is still wanted.
 *
 * <p>A kernel whose end is wanted on an agent that is LOST stays TERMINATING, its slots booked,
 * until the agent comes back and reports: only the agent can say that the container is gone.
 */
@org.jspecify.annotations.NullMarked
package org.polykern.scheduler.reconcile;
