/**
 * The side of the app proxy that hands out addresses.
 *
 * <p>A client shows the token of {@code start-service} and is sent on to an address of the app.
 * {@link org.polykern.gateway.proxy.coordinator.CircuitOpener} finds the circuit or makes one: it
 * writes the row, chooses the worker and asks it to listen. {@link
 * org.polykern.gateway.proxy.coordinator.Housekeeping} takes back what nobody uses, what belonged
 * to sessions that ended, and what was on workers that are silent.
 *
 * <p>Coordinators keep nothing in memory: any number may run, and any may answer any request.
 */
@org.jspecify.annotations.NullMarked
package org.polykern.gateway.proxy.coordinator;
