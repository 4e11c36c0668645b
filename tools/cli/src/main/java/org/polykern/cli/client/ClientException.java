package org.polykern.cli.client;

import org.jspecify.annotations.Nullable;

/** A failure that the user of the client can act on: what went wrong, and what to try. */
public abstract sealed class ClientException extends RuntimeException
    permits ApiException, UnreachableException, ConfigException {
  private static final long serialVersionUID = 1L;

  ClientException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** One sentence with the remedy; empty when there is none to give. */
  public abstract String hint();
}
