/**
 * Events that reach their readers though processes die.
 *
 * <p>An event is a row written in the transaction of the change that it tells of. The publisher of
 * any scheduler node takes rows (in turn with those of other nodes), publishes them on the bus, and
 * commits their move to the event log after that: a crash in between publishes them again, so
 * events come at least once. A bell rings after each commit on this node; the sweep finds the rest
 * within a second.
 */
@org.jspecify.annotations.NullMarked
package org.polykern.scheduler.outbox;
