/**
 * Which kernel goes to which agent.
 *
 * <p>{@link org.polykern.scheduler.placement.PlacementRound} is a pure function of a {@link
 * org.polykern.scheduler.placement.ClusterView} and the queue; what it cannot place it explains, by
 * counting which filter refused how many agents. {@link
 * org.polykern.scheduler.placement.PlanCommitter} makes its plan true in one transaction that
 * checks capacity again, so a plan made from an old view, or by a second leader, can be refused but
 * never over-book. A crash between the two loses nothing: the sessions still wait.
 *
 * <p>Head of line, first form: a session that does not fit is passed by smaller ones. Once it has
 * waited for {@code reserve-after}, the round keeps for it the agents on which it could run one
 * day: nothing younger is placed there until it has been. One such reservation per resource group
 * at a time, made anew in every round, so it needs no row and ends with its cause. It does not look
 * at how long the running sessions may still take.
 */
@org.jspecify.annotations.NullMarked
package org.polykern.scheduler.placement;
