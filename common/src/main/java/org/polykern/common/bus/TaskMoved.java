package org.polykern.common.bus;

import java.util.UUID;

/** A background task's row has changed: whoever shows it reads it again. */
public record TaskMoved(UUID task) {}
