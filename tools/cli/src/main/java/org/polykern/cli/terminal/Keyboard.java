package org.polykern.cli.terminal;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/** Reads what is typed, and hands it on or, at the detach keys, says that somebody leaves. */
final class Keyboard {
  /** Keys that may begin the detach keys wait so long for the next. */
  private static final Duration PAUSE = Duration.ofMillis(500);

  private static final int CTRL_C = 3;

  /** Who is told. */
  interface Listener {
    void typed(byte[] bytes) throws InterruptedException;

    void left();
  }

  private final LocalTerminal local;
  private final DetachKeys detach;
  private final boolean readOnly;
  private final Listener listener;
  private final Executor later =
      CompletableFuture.delayedExecutor(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
  private final ReentrantLock lock = new ReentrantLock();
  private long reads;

  /**
   * A keyboard that is read by {@link #run}.
   *
   * @param readOnly nothing is handed on, and Ctrl-C leaves too
   */
  Keyboard(LocalTerminal local, DetachKeys detach, boolean readOnly, Listener listener) {
    this.local = local;
    this.detach = detach;
    this.readOnly = readOnly;
    this.listener = listener;
  }

  /** To the detach keys, or to the end of input. */
  void run() {
    byte[] buffer = new byte[8192];
    try {
      for (int n = local.read(buffer); n >= 0; n = local.read(buffer)) {
        if (took(buffer, n)) {
          break;
        }
      }
    } catch (IOException | InterruptedException e) {
      // The window was closed.
    }
    listener.left();
  }

  private boolean took(byte[] bytes, int length) throws InterruptedException {
    lock.lock();
    try {
      reads++;
      hand(detach.typed(bytes, length));
      if (detach.pending()) {
        long now = reads;
        later.execute(() -> flush(now));
      }
      return detach.complete() || (readOnly && contains(bytes, length, CTRL_C));
    } finally {
      lock.unlock();
    }
  }

  private void flush(long read) {
    lock.lock();
    try {
      if (read == reads) {
        hand(detach.flush());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }

  private void hand(byte[] bytes) throws InterruptedException {
    if (bytes.length > 0 && !readOnly) {
      listener.typed(bytes);
    }
  }

  private static boolean contains(byte[] bytes, int length, int wanted) {
    for (int i = 0; i < length; i++) {
      if (bytes[i] == wanted) {
        return true;
      }
    }
    return false;
  }
}
