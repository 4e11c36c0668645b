package org.polykern.gateway.auth;

import org.jspecify.annotations.Nullable;
import org.polykern.common.problem.Problem;
import org.polykern.common.problem.ProblemCode;

/** Acting for another key pair: {@code owner_access_key}. */
public final class Owners {
  private final Keypairs keypairs;

  public Owners(Keypairs keypairs) {
    this.keypairs = keypairs;
  }

  /**
   * The key pair for which the request is made. A plain user learns nothing about other keys, not
   * even whether they exist.
   *
   * @throws org.polykern.common.problem.ProblemException 403 or 400
   */
  public Caller effective(Caller caller, @Nullable String ownerAccessKey) {
    if (ownerAccessKey == null
        || ownerAccessKey.isEmpty()
        || ownerAccessKey.equals(caller.accessKey())) {
      return caller;
    }
    if (!caller.isSuperadmin() && !caller.isDomainAdmin()) {
      throw forbidden("Only administrators may act for another access key.");
    }
    var owner = keypairs.find(ownerAccessKey);
    if (owner == null) {
      throw Problem.invalid("owner_access_key", "Unknown owner access key").toException();
    }
    if (!caller.isSuperadmin()
        && (owner.caller().isSuperadmin() || !owner.caller().domain().equals(caller.domain()))) {
      throw forbidden("A domain administrator may act for users of the own domain only.");
    }
    return owner.caller();
  }

  private static RuntimeException forbidden(String reason) {
    return Problem.of(ProblemCode.FORBIDDEN, reason).toException();
  }
}
