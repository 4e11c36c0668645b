/**
 * What agents report becomes rows. Runs on every scheduler node, not only on the leader: rows are
 * the meeting point, each change is one short transaction that locks the session first.
 *
 * <p>A report is accepted when it is about the row's generation and agent and its rank is greater
 * than the rank applied last, so late, doubled and re-ordered reports are harmless. What an agent
 * holds and no row wants is stopped; what a row believes and the agent does not hold is ended with
 * a reason ({@link org.polykern.scheduler.report.Drift}).
 *
 * <p>{@link org.polykern.scheduler.report.KernelFate} says what follows from an observed state, and
 * is the only caller of {@code Lifecycle} on this side besides placement. The session's status is
 * computed from its kernels'. An agent refused (REJECTED) before anything ran: the session goes
 * back to the queue with that agent excluded; a start that failed, or a member of a cluster that
 * cannot start, ends the session.
 *
 * <p>A kernel that never answered ends CANCELLED, one that did ends TERMINATED; the history row of
 * RUNNING is the witness.
 */
@org.jspecify.annotations.NullMarked
package org.polykern.scheduler.report;
