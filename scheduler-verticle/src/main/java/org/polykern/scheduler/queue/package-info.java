/**
 * What waits to be placed, in the order in which it is offered to the cluster.
 *
 * <p>Rows are the truth: a session waits while it is PENDING and wanted. The order is total and the
 * same on every node (priority, age, id), so two readers never disagree about who comes first.
 * Nothing here is kept between two rounds.
 */
@org.jspecify.annotations.NullMarked
package org.polykern.scheduler.queue;
