package org.polykern.bench;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.polykern.agent.runnerlink.OutputKind;
import org.polykern.agent.runnerlink.Refusals;
import org.polykern.agent.runnerlink.RunnerHello;
import org.polykern.agent.runnerlink.RunnerLink;
import org.polykern.agent.runnerlink.RunnerListener;

/**
 * Reads a run's output as it comes, like an agent with a streaming client, and acknowledges it; on
 * demand no faster than a given rate.
 */
final class StreamReader implements RunnerListener {
  /** A fraction of the runner's window. */
  private static final int ACK_BYTES = 64 * 1024;

  private final long bytesPerSecond;
  private final CountDownLatch finished = new CountDownLatch(1);
  private @Nullable RunnerLink link;
  private long bytes;
  private long startNanos;
  private String run = "";
  private long lastSeq;
  private int unacked;
  private @Nullable String failure;

  /**
   * @param bytesPerSecond the reader's pace; 0 = as fast as it can
   */
  StreamReader(long bytesPerSecond) {
    this.bytesPerSecond = bytesPerSecond;
  }

  void start(RunnerLink link, String run, String code) {
    this.link = link;
    this.run = run;
    startNanos = System.nanoTime();
    link.code(run, code);
  }

  /** Megabytes (10^6) per second, from the start to the end of the run. */
  double awaitRate(Duration limit) throws InterruptedException {
    if (!finished.await(limit.toSeconds(), TimeUnit.SECONDS)) {
      throw new IllegalStateException("Expected the run to end within " + limit + ".");
    }
    if (failure != null) {
      throw new IllegalStateException(failure);
    }
    return bytes / 1e6 / ((System.nanoTime() - startNanos) / 1e9);
  }

  @Override
  public void onOutput(OutputKind kind, String run, long seq, byte[] body) {
    if (!run.equals(this.run)) {
      return; // the end of an earlier run, whose acknowledgement was lost with its link
    }
    if (lastSeq != 0 && seq != lastSeq + 1) {
      failure = "Expected message " + (lastSeq + 1) + ", but got " + seq + ".";
      finished.countDown();
    }
    lastSeq = seq;
    if (kind == OutputKind.STDOUT) {
      bytes += body.length;
    }
    if (bytesPerSecond > 0) {
      var due = startNanos + (long) (bytes * 1e9 / bytesPerSecond);
      LockSupport.parkNanos(due - System.nanoTime());
    }
    unacked += body.length;
    var open = link;
    if (open != null && (unacked >= ACK_BYTES || kind == OutputKind.FINISHED)) {
      unacked = 0;
      open.ack(seq);
    }
    if (kind == OutputKind.FINISHED) {
      finished.countDown();
    }
  }

  @Override
  public void onHello(RunnerHello hello) {}

  @Override
  public void onStatus(long unackedBytes) {}

  @Override
  public void onRefusals(Refusals refusals) {}
}
