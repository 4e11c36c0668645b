/**
 * The event bus, typed. One file per conversation (a sealed interface of records for the requests,
 * one for the outcomes), addresses as constants with their time-outs, and {@link
 * org.polykern.common.bus.Bus}, the only class that touches Vert.x's event bus.
 *
 * <p>Threads: every message is handled by one virtual thread of its own; a consumer that needs
 * order per kernel uses {@link org.polykern.common.task.KeyedSerial}. Errors cross as {@link
 * org.polykern.common.problem.Problem}; a time-out means outcome unknown, never failed. Byte
 * streams never ride here.
 */
@org.jspecify.annotations.NullMarked
package org.polykern.common.bus;
