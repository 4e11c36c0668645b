package org.polykern.runner;

/** A start that cannot succeed as configured; the message is one line for people. */
final class ConfigException extends RuntimeException {
  ConfigException(String message) {
    super(message);
  }
}
