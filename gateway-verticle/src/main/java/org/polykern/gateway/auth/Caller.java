package org.polykern.gateway.auth;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A key pair with its user, without the secret: who makes a request, or for whom it is made.
 *
 * @param admin the key pair's own flag; it opens administrators' routes
 * @param role of the user: superadmin, admin (of its domain), user or monitor
 * @param rateLimit requests per window, or null for no limit
 * @param maxContainersPerSession of the key pair's policy
 * @param bootstrapScript used when a session names none; may be empty
 */
public record Caller(
    String accessKey,
    UUID userId,
    String email,
    String userName,
    String role,
    boolean admin,
    String domain,
    @Nullable Integer rateLimit,
    int maxContainersPerSession,
    String bootstrapScript,
    List<String> allowedClientIps) {
  public Caller {
    allowedClientIps = List.copyOf(allowedClientIps);
  }

  public boolean isSuperadmin() {
    return role.equals("superadmin");
  }

  public boolean isDomainAdmin() {
    return role.equals("admin");
  }

  /** May do what administrators' routes do. */
  public boolean isAnyAdmin() {
    return admin || isSuperadmin() || isDomainAdmin();
  }
}
