package org.polykern.common.problem;

/**
 * Stable codes. {@link #suffix} is the last part of the {@code type} URI in the client API, {@link
 * #status} the HTTP status, {@link #title} the exact text that clients compare.
 */
public enum ProblemCode {
  URL_NOT_FOUND("url-not-found", 404, ProblemKind.CALLER, "Unknown URL path."),
  OBJECT_NOT_FOUND("object-not-found", 404, ProblemKind.CALLER, "No such object."),
  BAD_REQUEST("generic-bad-request", 400, ProblemKind.CALLER, "Bad request."),
  FORBIDDEN("generic-forbidden", 403, ProblemKind.CALLER, "Forbidden operation."),
  INSUFFICIENT_PRIVILEGE(
      "insufficient-privilege", 403, ProblemKind.CALLER, "Insufficient privilege."),
  METHOD_NOT_ALLOWED("method-not-allowed", 405, ProblemKind.CALLER, "HTTP Method Not Allowed."),
  INTERNAL("internal-server-error", 500, ProblemKind.INTERNAL, "Internal server error."),
  UNAVAILABLE("service-unavailable", 503, ProblemKind.UNAVAILABLE, "Serivce unavailable."),
  OUTCOME_UNKNOWN("service-unavailable", 503, ProblemKind.OUTCOME_UNKNOWN, "Serivce unavailable."),
  NOT_IMPLEMENTED("not-implemented", 503, ProblemKind.CALLER, "This API query is not implemented."),
  INVALID_AUTH_PARAMS(
      "invalid-auth-params",
      400,
      ProblemKind.CALLER,
      "Missing or invalid authorization parameters."),
  AUTH_FAILED("auth-failed", 401, ProblemKind.CALLER, "Credential/signature mismatch."),
  INVALID_API_PARAMS(
      "invalid-api-params", 400, ProblemKind.CALLER, "Missing or invalid API parameters."),
  TOO_MANY_SESSIONS_MATCHED(
      "too-many-sessions-matched", 404, ProblemKind.CALLER, "Too many sessions matched."),
  SESSION_ALREADY_EXISTS(
      "session-already-exists",
      400,
      ProblemKind.CONFLICT,
      "The session already exists but you requested not to reuse existing one."),
  QUOTA_EXCEEDED(
      "quota-exceeded", 412, ProblemKind.CAPACITY, "You have reached your resource limit."),
  RATE_LIMIT_EXCEEDED(
      "rate-limit-exceeded",
      429,
      ProblemKind.CAPACITY,
      "You have reached your API query rate limit."),
  INSTANCE_NOT_AVAILABLE(
      "instance-not-available", 503, ProblemKind.CAPACITY, "There is no available instance."),
  SERVER_FROZEN(
      "server-frozen",
      503,
      ProblemKind.UNAVAILABLE,
      "The server is frozen due to maintenance. Please try again later."),
  KERNEL_CREATION_FAILED(
      "kernel-creation-failed", 500, ProblemKind.INTERNAL, "Kernel creation has failed."),
  KERNEL_DESTRUCTION_FAILED(
      "kernel-destruction-failed", 500, ProblemKind.INTERNAL, "Kernel destruction has failed."),
  KERNEL_RESTART_FAILED(
      "kernel-restart-failed", 500, ProblemKind.INTERNAL, "Kernel restart has failed."),
  KERNEL_EXECUTION_FAILED(
      "kernel-execution-failed",
      500,
      ProblemKind.INTERNAL,
      "Executing user code in the kernel has failed.");

  private final String suffix;
  private final int status;
  private final ProblemKind kind;
  private final String title;

  ProblemCode(String suffix, int status, ProblemKind kind, String title) {
    this.suffix = suffix;
    this.status = status;
    this.kind = kind;
    this.title = title;
  }

  public String suffix() {
    return suffix;
  }

  public int status() {
    return status;
  }

  public ProblemKind kind() {
    return kind;
  }

  public String title() {
    return title;
  }
}
