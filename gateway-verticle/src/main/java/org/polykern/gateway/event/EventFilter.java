package org.polykern.gateway.event;

import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.polykern.gateway.auth.Caller;

/**
 * Which events a client gets: those it may see, and of them those it asked for.
 *
 * @param accessKey of the owner; null = of whoever the caller may see
 * @param sessionId null = any
 * @param sessionName null = any
 * @param projectId null = any
 * @param scope {@code session} or {@code kernel}: the first word of the event's name; null = any
 */
record EventFilter(
    Caller caller,
    @Nullable String accessKey,
    @Nullable UUID sessionId,
    @Nullable String sessionName,
    @Nullable UUID projectId,
    @Nullable String scope) {

  boolean wants(LoggedEvent event) {
    return isVisible(event)
        && (accessKey == null || accessKey.equals(event.accessKey()))
        && (sessionId == null || sessionId.equals(event.sessionId()))
        && (sessionName == null || sessionName.equals(event.sessionName()))
        && (projectId == null || projectId.equals(event.projectId()))
        && (scope == null || event.name().startsWith(scope + "_"));
  }

  private boolean isVisible(LoggedEvent event) {
    return caller.isSuperadmin()
        || (caller.isDomainAdmin() && caller.domain().equals(event.domain()))
        || caller.userId().equals(event.userId());
  }
}
