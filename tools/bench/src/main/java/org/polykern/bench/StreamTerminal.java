package org.polykern.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.polykern.cli.client.SessionClient;

/** A session's terminal over a WebSocket, as a client that shows nothing sees it. */
final class StreamTerminal implements TypedTerminal {
  private static final String SUBPROTOCOL = "Sec-WebSocket-Protocol: polykern.terminal.v1\r\n";
  private static final byte INPUT = 1;
  private static final int OUTPUT = 1;
  private static final int ENDED = 5;
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final RawWebSocket socket;
  private final Thread reader;
  private final CountDownLatch readOn = new CountDownLatch(1);
  private volatile boolean stalled;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  // Guarded by lock.
  private @Nullable MarkerSearch search;
  private long seenNanos;
  private long bytes;
  private @Nullable String end;

  StreamTerminal(SessionClient sessions, String session, String name)
      throws IOException, InterruptedException {
    var target = "/stream/session/" + session + "/pty?terminal=" + name + "&rows=24&cols=80";
    socket = new RawWebSocket(sessions.api().config(), target, SUBPROTOCOL);
    reader = Thread.ofPlatform().daemon().name("terminal-" + name).start(this::read);
    settle();
  }

  @Override
  public long expect(String marker, String typed) throws IOException, InterruptedException {
    lock.lock();
    try {
      search = new MarkerSearch(marker);
      seenNanos = 0;
    } finally {
      lock.unlock();
    }
    var began = System.nanoTime();
    type(typed);
    return await(() -> seenNanos != 0, "'" + marker + "'") - began;
  }

  @Override
  public void swallow(long count, String typed) throws IOException, InterruptedException {
    var wanted = bytes() + count;
    type(typed);
    await(() -> bytes >= wanted, count + " bytes");
  }

  private void type(String typed) throws IOException {
    var text = typed.getBytes(StandardCharsets.US_ASCII);
    socket.send(ByteBuffer.allocate(1 + text.length).put(INPUT).put(text).array());
  }

  /** Takes nothing more from the connection, types, and leaves all that comes where it is. */
  void stall(String typed) throws IOException {
    stalled = true;
    type(typed);
  }

  /** How much output has come. */
  long bytes() {
    lock.lock();
    try {
      return bytes;
    } finally {
      lock.unlock();
    }
  }

  private interface Guarded {
    boolean holds();
  }

  private long await(Guarded condition, String what) throws IOException, InterruptedException {
    lock.lock();
    try {
      var left = LIMIT.toNanos();
      while (!condition.holds()) {
        if (end != null || left <= 0) {
          throw new IOException(
              "Expected " + what + " from the terminal, but " + (end == null ? "waited" : end));
        }
        left = changed.awaitNanos(left);
      }
      return seenNanos;
    } finally {
      lock.unlock();
    }
  }

  private void read() {
    try {
      while (true) {
        if (stalled) {
          readOn.await();
        }
        var frame = socket.next();
        if (frame.hasRemaining()) {
          take(frame);
        }
      }
    } catch (IOException e) {
      end(String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      end("nobody reads it");
    }
  }

  private void take(ByteBuffer frame) {
    var at = System.nanoTime();
    int type = frame.get();
    if (type == ENDED) {
      end("it ended: " + StandardCharsets.UTF_8.decode(frame));
    }
    if (type != OUTPUT) {
      return;
    }
    lock.lock();
    try {
      bytes += frame.remaining();
      if (search != null && search.foundWith(frame)) {
        seenNanos = at;
        search = null;
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void end(String how) {
    lock.lock();
    try {
      end = how;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() throws IOException {
    readOn.countDown();
    socket.close();
    try {
      reader.join(TimeUnit.SECONDS.toMillis(5));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
