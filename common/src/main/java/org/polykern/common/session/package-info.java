/**
 * The life of a session and its kernels: one vocabulary of statuses, one table of transitions, and
 * the one place that writes a status ({@link org.polykern.common.session.Lifecycle}).
 *
 * <pre>
 * PENDING -> SCHEDULED -> PREPARING (PULLING) -> CREATING -> RUNNING <-> RESTARTING
 *    |           |            |                                 |
 * CANCELLED <----+------------+             TERMINATING -> TERMINATED     (ERROR from most)
 * </pre>
 *
 * <p>Desired and observed have two writers: the gateway writes {@code desired}; the observed status
 * follows the agents' reports, applied by the scheduler. A session's status is computed from its
 * kernels' statuses.
 */
@org.jspecify.annotations.NullMarked
package org.polykern.common.session;
