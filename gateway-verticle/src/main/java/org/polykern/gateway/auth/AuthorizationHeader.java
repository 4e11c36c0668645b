package org.polykern.gateway.auth;

import java.util.HashMap;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.polykern.common.problem.Problem;
import org.polykern.common.problem.ProblemCode;

/**
 * The parts of {@code BackendAI signMethod=HMAC-SHA256, credential=ACCESSKEY:SIGNATURE}.
 *
 * @param hashName as written, not yet known to exist
 */
record AuthorizationHeader(String hashName, String accessKey, String signature) {
  private static final Set<String> SCHEMES = Set.of("BackendAI", "Sorna");

  /** Throws 400 invalid-auth-params saying what was expected. */
  static AuthorizationHeader parse(String header) {
    var space = header.indexOf(' ');
    if (space < 0 || !SCHEMES.contains(header.substring(0, space))) {
      throw malformed("the scheme BackendAI followed by its parameters");
    }
    var parameters = new HashMap<String, String>();
    for (var pair : header.substring(space + 1).split(",", -1)) {
      var equals = pair.indexOf('=');
      if (equals < 0) {
        throw malformed("parameters of the form key=value");
      }
      parameters.put(pair.substring(0, equals).strip(), pair.substring(equals + 1).strip());
    }
    return of(parameters.get("signMethod"), parameters.get("credential"));
  }

  private static AuthorizationHeader of(@Nullable String method, @Nullable String credential) {
    if (method == null || credential == null) {
      throw malformed("the parameters signMethod and credential");
    }
    var hyphen = method.indexOf('-');
    if (hyphen < 0 || !method.substring(0, hyphen).toLowerCase(Locale.ROOT).equals("hmac")) {
      throw malformed("a signMethod such as HMAC-SHA256");
    }
    var colon = credential.indexOf(':');
    if (colon <= 0 || colon == credential.length() - 1) {
      throw malformed("a credential of the form ACCESSKEY:SIGNATURE");
    }
    return new AuthorizationHeader(
        method.substring(hyphen + 1),
        credential.substring(0, colon),
        credential.substring(colon + 1));
  }

  private static RuntimeException malformed(String expected) {
    return Problem.of(
            ProblemCode.INVALID_AUTH_PARAMS,
            "Expected " + expected + " in the Authorization header, but did not find it.")
        .toException();
  }
}
