package org.polykern.gateway.proxy;

/** Codes that users see, as the API names them, each with its HTTP status. */
public enum ProxyError {
  MISCONFIGURED("E00001", 500),
  NOT_FOUND("E00002", 404),
  WORKER_SILENT("E10001", 502),
  NO_SLOT("E10002", 503),
  NOT_DELIVERED("E20001", 503),
  PROTOCOL_NOT_INTERACTIVE("E20002", 400),
  SETUP_TIMEOUT("E20003", 504),
  NO_PERMIT("E20004", 401),
  WRONG_PERMIT("E20005", 401),
  NO_CREDENTIALS("E20006", 401),
  WRONG_SCHEME("E20007", 401),
  WRONG_CREDENTIALS("E20008", 401),
  UNKNOWN_NAME("E20009", 404),
  NOT_FOR_INFERENCE("E20011", 400),
  NOT_FOR_INTERACTIVE("E20012", 400),
  WORKER_REFUSED("E20013", 500),
  BAD_REQUEST("E40000", 400),
  INVALID_CREDENTIALS("E40001", 401),
  FORBIDDEN("E40003", 403),
  UNREACHABLE("E50002", 502),
  TIMEOUT("E50004", 504);

  private final String code;
  private final int status;

  ProxyError(String code, int status) {
    this.code = code;
    this.status = status;
  }

  public String code() {
    return code;
  }

  public int status() {
    return status;
  }
}
