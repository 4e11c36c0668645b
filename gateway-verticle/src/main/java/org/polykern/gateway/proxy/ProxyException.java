package org.polykern.gateway.proxy;

/** A request that the app proxy refuses; the message is a sentence for people. */
public final class ProxyException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ProxyError error;

  public ProxyException(ProxyError error, String message) {
    super(message, null, false, false); // an answer, not a fault: nobody reads its stack
    this.error = error;
  }

  public static ProxyException badRequest(String message) {
    return new ProxyException(ProxyError.BAD_REQUEST, message);
  }

  public static ProxyException notFound(String message) {
    return new ProxyException(ProxyError.NOT_FOUND, message);
  }

  public ProxyError error() {
    return error;
  }

  /** Never null. */
  public String sentence() {
    return String.valueOf(getMessage());
  }
}
