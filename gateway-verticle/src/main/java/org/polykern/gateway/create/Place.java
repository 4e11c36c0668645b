package org.polykern.gateway.create;

import java.util.UUID;

/** Where a session belongs. */
record Place(String domain, UUID projectId, String scalingGroup) {}
