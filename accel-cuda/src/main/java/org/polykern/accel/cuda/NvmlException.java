package org.polykern.accel.cuda;

/** A call that did not succeed. */
final class NvmlException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final int code;
  private final String function;

  NvmlException(String function, int code) {
    super("Expected " + function + " to succeed, but it answered code " + code);
    this.function = function;
    this.code = code;
  }

  int code() {
    return code;
  }

  String function() {
    return function;
  }

  /** Whether the GPU is out of reach until it is reset. */
  boolean isLost() {
    return code == NvmlCode.GPU_LOST || code == NvmlCode.RESET_REQUIRED;
  }
}
