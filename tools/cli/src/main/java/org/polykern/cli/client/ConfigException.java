package org.polykern.cli.client;

import org.jspecify.annotations.Nullable;

/** The client does not know whom to talk to, or as whom. */
public final class ConfigException extends ClientException {
  private static final long serialVersionUID = 1L;

  private final String hint;

  ConfigException(String message, String hint, @Nullable Throwable cause) {
    super(message, cause);
    this.hint = hint;
  }

  @Override
  public String hint() {
    return hint;
  }
}
