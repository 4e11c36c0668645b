/**
 * The app proxy: services of sessions under addresses of their own, for browsers and for programs
 * that know nothing of this API.
 *
 * <p>A coordinator ({@code proxy.coordinator}) hands out addresses, a worker ({@code proxy.worker})
 * carries the bytes. Either may run in a process of its own and in any number. They meet in the
 * database, where every circuit is a row, and the coordinator tells a worker over the bus which row
 * to look at ({@link org.polykern.common.bus.ProxyCommand}). A worker compares what it serves with
 * its rows at each heartbeat, so a lost command is late, never lost.
 *
 * <p>This package has what both know: the rows, the keys, and the settings.
 */
@org.jspecify.annotations.NullMarked
package org.polykern.gateway.proxy;
