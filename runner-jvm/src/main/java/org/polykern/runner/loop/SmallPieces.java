package org.polykern.runner.loop;

import java.util.concurrent.locks.LockSupport;

/**
 * Notices a program that writes line by line faster than its lines are read, and lets it get ahead
 * of the reader: a message costs the same for one line as for a hundred. Confined to the loop
 * thread, which waits here for a moment too short to be noticed elsewhere.
 */
public final class SmallPieces {
  private static final int SMALL_BYTES = 16 * 1024;
  private static final long AT_ONCE_NANOS = 100_000;
  private static final long HEAD_START_NANOS = 200_000;

  /** A run that prints its result ends long before. */
  private static final int MANY = 32;

  private static final int MOST = 4 * MANY;

  private long lastRead;
  private int seen;

  /**
   * To be called when there is something to read; may wait.
   *
   * @return whether to read only once, since what comes next are more small pieces
   */
  public boolean beforeRead() {
    boolean atOnce = System.nanoTime() - lastRead < AT_ONCE_NANOS;
    // Halved, not forgotten: on a busy machine the writer is away now and then.
    seen = atOnce ? Math.min(seen + 1, MOST) : seen / 2;
    if (seen <= MANY) {
      return false;
    }
    LockSupport.parkNanos(HEAD_START_NANOS);
    return true;
  }

  /** So much was read. */
  public void afterRead(int bytes) {
    lastRead = System.nanoTime();
    if (bytes > SMALL_BYTES) {
      seen = 0;
    }
  }
}
