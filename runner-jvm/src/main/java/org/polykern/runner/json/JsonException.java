package org.polykern.runner.json;

/** Text that is not JSON, or larger or deeper than a reader accepts. */
public final class JsonException extends RuntimeException {
  public JsonException(String message) {
    super(message);
  }
}
