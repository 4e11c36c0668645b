package org.polykern.common.config;

import java.util.List;

/** A configuration that cannot be used. The message holds one line for each error found. */
public final class ConfigException extends RuntimeException {
  private final List<String> errors;

  public ConfigException(List<String> errors) {
    super(String.join(System.lineSeparator(), errors));
    this.errors = List.copyOf(errors);
  }

  /** One sentence for each error, in the order of the file. */
  public List<String> errors() {
    return errors;
  }
}
