package org.polykern.agent.run;

import org.polykern.agent.runnerlink.RunnerHello;

/**
 * The numbers of a runner's messages: which one is next, what is acknowledged, and when to ask for
 * all of it again. Guarded by the lock of KernelRuns.
 */
final class Intake {
  private static final long UNKNOWN = -1;

  private final RunnerPort port;
  private final Unacked unacked = new Unacked();
  private long lastSeq;
  private int silentHolds;
  private boolean resyncing;
  private boolean greeted;

  /**
   * @param adopted numbers start anywhere
   */
  Intake(RunnerPort port, boolean adopted) {
    this.port = port;
    this.lastSeq = adopted ? UNKNOWN : 0;
  }

  void onHello(RunnerHello hello) {
    resyncing = false;
    greeted = true;
    if (hello.plain()) {
      unacked.keepNothing();
    }
  }

  /** Whether this message is the next one; false for repetitions and after a gap. */
  boolean accept(long seq) {
    if (lastSeq == UNKNOWN && !greeted) {
      return false; // on its way since before: it comes again behind the greeting, with all else
    }
    if (lastSeq != UNKNOWN && seq != lastSeq + 1) {
      if (seq > lastSeq + 1 && !resyncing) {
        resyncing = true;
        port.hello(); // something was lost on the way; all of it comes again
      }
      return false;
    }
    if (unacked.isOverrun()) {
      return false;
    }
    lastSeq = seq;
    return true;
  }

  /** Notes an accepted message. */
  Receipt receipt(long seq, int bytes) {
    var receipt = new Receipt(seq, bytes);
    unacked.add(receipt);
    return receipt;
  }

  void onStatus(long unackedBytes) {
    // It holds output, we hold none: the tail was lost. Twice, since it may be on the way.
    silentHolds = unackedBytes > 0 && unacked.isEmpty() ? silentHolds + 1 : 0;
    if (silentHolds > 1) {
      silentHolds = 0;
      port.hello();
    }
  }

  /** Acknowledges what was handed out. */
  void flush() {
    var acked = unacked.flush();
    if (acked != Unacked.NOTHING) {
      port.ack(acked);
    }
  }

  boolean needsRelief() {
    return unacked.needsRelief();
  }

  boolean isOverrun() {
    return unacked.isOverrun();
  }
}
