package org.polykern.common.bus;

import java.time.Duration;

/**
 * Where requests of type Q are answered with R.
 *
 * @param timeout after it the outcome is unknown
 */
@SuppressWarnings("UnusedTypeParameter") // phantom types: they tie senders to consumers
public record Address<Q, R>(String name, Duration timeout) {}
