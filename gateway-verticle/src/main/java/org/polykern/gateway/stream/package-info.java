/**
 * Bytes between a client and a program in a session: terminals and services, as {@code
 * docs/streams.md} describes them.
 *
 * <p>{@link org.polykern.gateway.stream.Tunnels} connects to where an agent said that a stream is;
 * {@link org.polykern.gateway.stream.ServiceStreams} does the whole way from a service's name to an
 * open tunnel. Everything up to the opening of a socket runs on a task and may wait; everything
 * behind it is confined to the event loop of the client's connection, and a tunnel is opened on
 * that same loop, so that no byte changes threads. Neither side of a stream is read while the other
 * one's write queue is full: nothing here grows with what a reader leaves unread.
 *
 * <p>Nothing is stored: when a gateway dies, clients connect anew.
 */
@org.jspecify.annotations.NullMarked
package org.polykern.gateway.stream;
