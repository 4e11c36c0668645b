package org.polykern.e2e.breach.runner;

import io.vertx.core.Vertx;

/** A runner with Vert.x in it. */
public record SeesVertx(Vertx vertx) {}
