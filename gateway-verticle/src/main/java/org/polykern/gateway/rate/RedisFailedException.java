package org.polykern.gateway.rate;

/** Redis did not answer in time, or answered with an error; the message is Redis's own. */
final class RedisFailedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  RedisFailedException(Throwable cause) {
    super(cause.getMessage(), cause);
  }
}
