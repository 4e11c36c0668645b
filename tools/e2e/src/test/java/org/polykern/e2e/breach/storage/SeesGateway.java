package org.polykern.e2e.breach.storage;

import org.polykern.e2e.breach.gateway.SeesScheduler;

/** A verticle that sees another one. */
public record SeesGateway(SeesScheduler other) {}
