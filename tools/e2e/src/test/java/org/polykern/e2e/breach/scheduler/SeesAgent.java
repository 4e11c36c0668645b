package org.polykern.e2e.breach.scheduler;

import org.polykern.e2e.breach.agent.SeesStorage;

/** A verticle that sees another one. */
public record SeesAgent(SeesStorage other) {}
