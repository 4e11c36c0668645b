package org.polykern.e2e.breach.common;

import org.polykern.e2e.breach.runner.SeesVertx;

/** The foundation that sees a module. */
public record SeesRunner(SeesVertx other) {}
