package org.polykern.cli.terminal;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.polykern.cli.client.ApiSocket;
import org.polykern.cli.client.UnreachableException;

/**
 * Frames on their way to the server, sent by a thread of its own: a program that does not read what
 * is typed holds up neither a resize's caller nor, before a great deal was typed, the detach keys.
 */
final class Outbox {
  private static final byte INPUT = 1;
  private static final byte RESIZE = 2;
  private static final byte PING = 3;
  private static final byte TAKEN = 6;
  private static final int FRAMES = 1024;
  private static final Duration PATIENCE = Duration.ofMillis(300);

  private final BlockingQueue<ByteBuffer> frames = new ArrayBlockingQueue<>(FRAMES);
  private final ApiSocket socket;
  private final Thread thread;

  Outbox(ApiSocket socket) {
    this.socket = socket;
    this.thread = Thread.ofVirtual().name("terminal-send").start(this::send);
  }

  /** What was typed; waits where very much was typed that nobody took. */
  void input(byte[] bytes) throws InterruptedException {
    frames.put(ByteBuffer.allocate(1 + bytes.length).put(INPUT).put(bytes).flip());
  }

  /** The window's size; left out where nothing is taken, since the next one says more. */
  void resize(LocalTerminal.Size size) {
    var _ =
        frames.offer(
            ByteBuffer.allocate(5)
                .put(RESIZE)
                .putShort((short) size.rows())
                .putShort((short) size.cols())
                .flip());
  }

  /** Asks for a sign of life. */
  void ping() {
    var _ = frames.offer(ByteBuffer.allocate(1).put(PING).flip());
  }

  /**
   * So many more bytes were drawn: the server waits for this, so that what a program writes does
   * not pile up on its way here, and Ctrl-C is seen to stop it. False where nothing is taken now.
   */
  boolean taken(int bytes) {
    return frames.offer(ByteBuffer.allocate(5).put(TAKEN).putInt(bytes).flip());
  }

  private void send() {
    try {
      for (ByteBuffer frame = frames.take(); frame.hasRemaining(); frame = frames.take()) {
        socket.send(frame);
      }
    } catch (UnreachableException | InterruptedException e) {
      // Whoever receives sees how it ended.
    }
  }

  /** Sends what waits, where the server takes it soon, and nothing after it. */
  void finish() throws InterruptedException {
    if (!frames.offer(ByteBuffer.allocate(0)) || !thread.join(PATIENCE)) {
      thread.interrupt();
    }
  }
}
