package org.polykern.e2e.breach.accel;

import com.fasterxml.jackson.databind.JsonNode;

/** A plug-in interface with a library in it. */
public record SeesLibrary(JsonNode node) {}
