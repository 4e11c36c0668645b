package org.polykern.accel.host;

import java.util.concurrent.TimeoutException;

/** A call to a plug-in that gave no answer, or a jar that cannot be used. */
public final class PluginFailure extends Exception {
  private static final long serialVersionUID = 1;

  PluginFailure(String sentence) {
    super(sentence);
  }

  PluginFailure(String sentence, Throwable cause) {
    super(sentence, cause);
  }

  /** Whether a call is still under way, on a thread of its own. */
  boolean isLate() {
    return getCause() instanceof TimeoutException;
  }
}
