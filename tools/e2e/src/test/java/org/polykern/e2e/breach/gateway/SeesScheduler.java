package org.polykern.e2e.breach.gateway;

import org.polykern.e2e.breach.scheduler.SeesAgent;

/** A verticle that sees another one. */
public record SeesScheduler(SeesAgent other) {}
