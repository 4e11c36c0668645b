package org.polykern.common.bus;

/** Where events of type E are published to every subscriber. */
@SuppressWarnings("UnusedTypeParameter") // phantom types: they tie senders to consumers
public record Topic<E>(String name) {}
