package org.polykern.e2e.breach.agent;

import org.polykern.e2e.breach.storage.SeesGateway;

/** A verticle that sees another one. */
public record SeesStorage(SeesGateway other) {}
