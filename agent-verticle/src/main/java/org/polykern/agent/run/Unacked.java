package org.polykern.agent.run;

import java.util.ArrayDeque;

/**
 * Messages that the runner still keeps for us, in order. Acknowledging is cumulative, so the first
 * one that was not handed out holds back all behind it. Guarded by KernelRuns.
 */
final class Unacked {
  static final long NOTHING = -1;

  /** Beyond this, output of ended runs that nobody asks for is kept by us alone. */
  private static final int RELIEF_BYTES = 512 * 1024;

  private static final int RELIEF_MESSAGES = 1024;

  /** The honest window is 1 MiB and one message; beyond this the runner is not ours any more. */
  private static final long MAX_BYTES = 48L << 20;

  private static final int MAX_MESSAGES = 16_384;

  private final ArrayDeque<Receipt> receipts = new ArrayDeque<>();
  private long bytes;
  private boolean nothingKept;

  /** The runner keeps nothing for us: there is nothing to acknowledge. */
  void keepNothing() {
    nothingKept = true;
    receipts.clear();
    bytes = 0;
  }

  void add(Receipt receipt) {
    if (nothingKept) {
      return;
    }
    receipts.add(receipt);
    bytes += receipt.bytes;
  }

  /** Drops what was handed out from the front; its last number, or NOTHING. */
  long flush() {
    var acked = NOTHING;
    for (var first = receipts.peek(); first != null && first.handed; first = receipts.peek()) {
      acked = first.seq;
      bytes -= first.bytes;
      receipts.remove();
    }
    return acked;
  }

  boolean isEmpty() {
    return receipts.isEmpty();
  }

  boolean needsRelief() {
    return bytes > RELIEF_BYTES || receipts.size() > RELIEF_MESSAGES;
  }

  boolean isOverrun() {
    return bytes > MAX_BYTES || receipts.size() > MAX_MESSAGES;
  }
}
