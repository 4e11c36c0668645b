package org.polykern.embedded;

import org.jspecify.annotations.Nullable;

/**
 * An embedded server could not be prepared, started or stopped. The message is a whole sentence for
 * the person at the terminal: what was expected, what was found, and the remedy where there is one.
 */
public final class EmbeddedServerException extends RuntimeException {

  EmbeddedServerException(String sentence) {
    this(sentence, null);
  }

  EmbeddedServerException(String sentence, @Nullable Throwable cause) {
    super(sentence, cause);
  }
}
