/**
 * Kernels as containers of a Docker engine, over its socket.
 *
 * <p>A container is ours by two labels: the owning agent's id, and the instance (the data
 * directory), because two instances on one machine may share an engine and even an agent id. The
 * engine is the state: nothing about containers is kept here but caches keyed by ids that never
 * change their meaning. An end is noticed by the engine's events; a look at all containers every
 * ten seconds is the truth, so a lost event only delays.
 *
 * <p>Containers sit on a bridge of our own without traffic between them, and no port is published:
 * the agent connects to the container's address.
 */
@org.jspecify.annotations.NullMarked
package org.polykern.agent.docker;
