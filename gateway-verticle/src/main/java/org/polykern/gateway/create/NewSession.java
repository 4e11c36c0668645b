package org.polykern.gateway.create;

import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.polykern.common.id.SessionId;
import org.polykern.gateway.auth.Caller;

/**
 * A session that passed every check and is to be inserted.
 *
 * @param environ the user's variables and those of the system, which win
 * @param excludedAgents where its kernels must not be placed
 */
record NewSession(
    SessionId id,
    CreateRequest request,
    Caller owner,
    Place place,
    Image image,
    ResourceRules.Granted granted,
    Map<String, String> environ,
    @Nullable String bootstrapScript,
    @Nullable OffsetDateTime startsAt,
    List<UUID> dependencies,
    List<String> excludedAgents) {
  NewSession {
    environ = Map.copyOf(environ);
    dependencies = List.copyOf(dependencies);
    excludedAgents = List.copyOf(excludedAgents);
  }
}
