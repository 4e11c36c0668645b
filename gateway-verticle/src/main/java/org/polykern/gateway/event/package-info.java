/**
 * Server-sent events: what happens to sessions, and how far background tasks are.
 *
 * <p>The bus only wakes: what a client gets is read from the database ({@code event_log}, {@code
 * background_task}), so that every gateway tells the same events in the same order under the same
 * ids, and a client that was away gets what it missed. One feed reads the log for all clients of a
 * gateway.
 */
@org.jspecify.annotations.NullMarked
package org.polykern.gateway.event;
