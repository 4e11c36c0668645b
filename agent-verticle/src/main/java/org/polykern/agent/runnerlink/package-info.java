/**
 * The agent's end of the runner link (docs/runner-link.md).
 *
 * <p>{@link org.polykern.agent.runnerlink.RunnerLinks} owns one ZeroMQ context and one platform
 * thread that reads the incoming sockets of all kernels; {@link
 * org.polykern.agent.runnerlink.RunnerLink} is one kernel's pair. Incoming sockets are confined to
 * that thread. Outgoing sockets are used by whoever sends, under the link's lock, which saves a
 * thread change on the way of every execute call; a thread that may be interrupted must not send
 * directly, because an interrupt in the middle would close ZeroMQ's wake-up channel.
 *
 * <p>What lies in the frames is a {@link org.polykern.agent.runnerlink.Wire}: the framed one has no
 * state, the plain one queues runs and makes up their numbers. Lock order: the plain wire's lock,
 * then the send lock; neither is held while a listener is called.
 *
 * <p>The runner is hostile: message sizes are bounded by the socket, headers by the reader, and a
 * number in a message decides nothing but order. Listeners are called on the reading thread and
 * must not block. On a crash of the agent nothing here is lost: what was not acknowledged is sent
 * again after the next hello.
 */
@org.jspecify.annotations.NullMarked
package org.polykern.agent.runnerlink;
