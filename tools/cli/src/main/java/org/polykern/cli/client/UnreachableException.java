package org.polykern.cli.client;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/** No answer came: refused, reset, or the name does not resolve. */
public final class UnreachableException extends ClientException {
  private static final long serialVersionUID = 1L;

  private final boolean sent;

  UnreachableException(URI endpoint, boolean sent, String reason, @Nullable Throwable cause) {
    super(
        sent
            ? "Expected an answer from " + endpoint + ", but the connection broke: " + reason + "."
            : "Expected a server at " + endpoint + ", but could not connect: " + reason + ".",
        cause);
    this.sent = sent;
  }

  /** Whether the request may have reached the server, so that its outcome is unknown. */
  public boolean sent() {
    return sent;
  }

  @Override
  public String hint() {
    return "See whether it runs with 'polykern status', start it with 'polykern up', or check"
        + " BACKEND_ENDPOINT.";
  }
}
