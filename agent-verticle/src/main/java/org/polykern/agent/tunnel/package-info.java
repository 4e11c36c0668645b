/**
 * The tunnel port (docs/streams.md): byte streams between a gateway and a program of a kernel.
 *
 * <p>{@link org.polykern.agent.tunnel.Tunnels} listens, on event loops of its own, so that a flood
 * of bytes holds up nothing else of the agent. It stands on Netty itself: a Vert.x socket cannot
 * close one direction, and copies what it reads. The two connections of a tunnel live on one event
 * loop; each is read only while the other takes what was read, so the memory of a tunnel is bounded
 * by its water mark and one read. Whatever ends a tunnel ends both connections; what was read
 * before is written first.
 *
 * <p>Who may connect is decided by {@link org.polykern.agent.tunnel.Grants}, the only state shared
 * between threads. Nothing here survives a restart of the agent: clients open their streams anew.
 */
@org.jspecify.annotations.NullMarked
package org.polykern.agent.tunnel;
