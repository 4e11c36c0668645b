package org.polykern.accel.cuda;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/** Says of calls that fail unexpectedly that they do, at most once a minute for each reason. */
final class FailureLog {
  private static final long PAUSE = Duration.ofMinutes(1).toNanos();

  private final System.Logger log;
  private final LongSupplier nanos;
  private final Map<String, Long> said = new HashMap<>();

  /**
   * @param nanos a clock as {@link System#nanoTime}
   */
  FailureLog(System.Logger log, LongSupplier nanos) {
    this.log = log;
    this.nanos = nanos;
  }

  /** What a GPU cannot do, and that it is lost, is no news. */
  void say(NvmlException failure) {
    if (failure.code() == NvmlCode.NOT_SUPPORTED
        || failure.code() == NvmlCode.FUNCTION_NOT_FOUND
        || failure.isLost()) {
      return;
    }
    var now = nanos.getAsLong();
    var last = said.get(failure.getMessage());
    if (last == null || now - last >= PAUSE) {
      said.put(String.valueOf(failure.getMessage()), now);
      log.log(Level.WARNING, failure.getMessage());
    }
  }
}
