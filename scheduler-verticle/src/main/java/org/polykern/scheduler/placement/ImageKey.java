package org.polykern.scheduler.placement;

/** An image as agents hold it: canonical name and architecture. */
public record ImageKey(String name, String architecture) {}
