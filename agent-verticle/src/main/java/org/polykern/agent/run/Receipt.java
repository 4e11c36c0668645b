package org.polykern.agent.run;

/** Whether a numbered message has been handed to a call (or given up). Guarded by KernelRuns. */
final class Receipt {
  final long seq;
  final int bytes;
  boolean handed;

  Receipt(long seq, int bytes) {
    this.seq = seq;
    this.bytes = bytes;
  }
}
