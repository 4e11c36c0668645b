package org.polykern.runner.terminal;

import java.nio.ByteBuffer;
import java.time.Duration;

/**
 * A terminal's output on its way to those who see it: a frame at once as long as little comes, and
 * fewer, larger ones when much does. Linux hands out a terminal's output in pieces of 4 KiB at
 * most, and waking everybody between here and the client for each would cost more than the bytes
 * do. Confined to the loop thread.
 */
final class Room {
  /** What waits here is shown after this time at the latest. */
  static final Duration LONGEST_WAIT = Duration.ofMillis(1);

  /** Eight pieces, as Linux hands them out. */
  private static final int MOST_BYTES = 8 * 4095;

  /** What a frame costs besides its bytes, in bytes, about. */
  private static final int BESIDES = 256;

  private static final long MOST_CREDIT = 4096;
  private static final long NANOS_OF_CREDIT = LONGEST_WAIT.toNanos() / MOST_CREDIT;

  private final ByteBuffer bytes = ByteBuffer.allocate(Frame.HEADER + MOST_BYTES);
  private long credit = MOST_CREDIT;
  private long countedAt;

  /**
   * An empty one.
   *
   * @param now as {@link System#nanoTime}, here and everywhere
   */
  Room(long now) {
    countedAt = now;
    clear();
  }

  /** To be filled from its position on. */
  ByteBuffer bytes() {
    return bytes;
  }

  boolean isEmpty() {
    return bytes.position() == Frame.HEADER;
  }

  /** Whether what is there should be shown now. */
  boolean isDue(long now) {
    long earned = (now - countedAt) / NANOS_OF_CREDIT;
    credit = Math.min(MOST_CREDIT, credit + earned);
    countedAt += earned * NANOS_OF_CREDIT;
    return credit > 0 || !bytes.hasRemaining();
  }

  /** What is there as a frame, which is good until {@link #clear}. */
  ByteBuffer frame() {
    int length = bytes.position() - Frame.HEADER;
    credit = Math.max(-MOST_CREDIT, credit - BESIDES - length);
    Frame.header(bytes.flip(), Frame.BYTES, length);
    return bytes.position(0);
  }

  void clear() {
    bytes.clear().position(Frame.HEADER);
  }
}
