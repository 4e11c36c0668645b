package org.polykern.cli.client;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An open WebSocket to the server, read message by message. Nothing is read ahead but {@link
 * #READ_AHEAD} messages: a caller that takes nothing slows the server down. Thread-safe; meant for
 * one thread that reads and others that write. Pings are answered by the JDK.
 */
public final class ApiSocket implements AutoCloseable {
  /** Code of an {@link End} that no close message announced. */
  public static final int BROKEN = 1006;

  private static final int READ_AHEAD = 8;

  /** When nothing comes: soon twice, then now and then. */
  private static final Duration FIRST_PROBE = Duration.ofMillis(250);

  private static final Duration PROBE = Duration.ofSeconds(10);
  private static final int EAGER_PROBES = 2;

  private final URI endpoint;
  private final Inbox inbox = new Inbox();
  private final ReentrantLock sending = new ReentrantLock();
  private @Nullable WebSocket socket; // set once, before this object is handed out

  /** What comes. */
  public sealed interface Message {}

  /** A text message. */
  public record Text(String text) implements Message {}

  /** A binary message; a buffer of its own. */
  public record Binary(ByteBuffer bytes) implements Message {}

  /**
   * The end; it comes again and again.
   *
   * @param code of the close message, or {@link #BROKEN}
   * @param reason may be empty
   */
  public record End(int code, String reason) implements Message {}

  private ApiSocket(URI endpoint) {
    this.endpoint = endpoint;
  }

  /** Blocks until it is open; failures of {@code opening} are thrown as they are. */
  static ApiSocket open(URI endpoint, Opening opening) throws Throwable {
    ApiSocket made = new ApiSocket(endpoint);
    try {
      made.socket = opening.open(made.inbox).get();
    } catch (ExecutionException e) {
      throw e.getCause() == null ? e : e.getCause();
    }
    return made;
  }

  /** Opens the JDK's end with this listener. */
  @FunctionalInterface
  interface Opening {
    CompletableFuture<WebSocket> open(WebSocket.Listener listener);
  }

  /** The sub-protocol that the server chose; empty when none. */
  public String subprotocol() {
    return present().getSubprotocol();
  }

  /** The next message; blocks. */
  public Message next() throws InterruptedException {
    Message next = next(Duration.ofDays(1));
    return next == null ? next() : next;
  }

  /**
   * The next message; null when none came in time. Also a ping is a sign of life, not a message.
   */
  public @Nullable Message next(Duration limit) throws InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    for (int quiet = 0; ; quiet++) {
      long left = Math.max(0, deadline - System.nanoTime());
      long patience = (quiet < EAGER_PROBES ? FIRST_PROBE : PROBE).toNanos();
      Message next = inbox.take(Duration.ofNanos(Math.min(patience, left)));
      if (next != null || left <= patience) {
        return next;
      }
      probe();
    }
  }

  /**
   * Pings without waiting. The JDK may miss that the server closed a connection whose last bytes
   * came together with its end (seen with JDK 25); writing to such a one fails.
   */
  private void probe() {
    var _ =
        present()
            .sendPing(ByteBuffer.allocate(0))
            .whenComplete((sent, failure) -> {
              if (failure != null && !(failure instanceof IllegalStateException)) {
                inbox.end(new End(BROKEN, String.valueOf(failure.getMessage())));
              } // else the one before is still on its way
            });
  }

  /** When anything came last, pings included, as {@link System#nanoTime}. */
  public long heardNanos() {
    return inbox.heardNanos;
  }

  /**
   * Sends a text message; blocks until it is written.
   *
   * @throws UnreachableException if the connection is closed or breaks
   */
  public void send(String text) {
    write(() -> present().sendText(text, true));
  }

  /**
   * Sends a binary message; as {@link #send(String)}. The bytes must not change until it returns.
   */
  public void send(ByteBuffer bytes) {
    write(() -> present().sendBinary(bytes, true));
  }

  /** Asks the server for a sign of life. */
  public void ping() {
    write(() -> present().sendPing(ByteBuffer.allocate(0)));
  }

  /** Says goodbye; what is on its way may still come before the {@link End}. Never fails. */
  public void close(int code, String reason) {
    try {
      write(() -> present().sendClose(code, reason));
    } catch (UnreachableException e) {
      present().abort(); // it is gone already
    }
  }

  /** Drops the connection without a word. */
  @Override
  public void close() {
    present().abort();
    inbox.end(new End(BROKEN, "closed here"));
  }

  private void write(Supplier<CompletableFuture<WebSocket>> write) {
    sending.lock();
    try {
      var _ = write.get().get();
    } catch (ExecutionException | IllegalStateException e) {
      throw new UnreachableException(endpoint, true, String.valueOf(e.getMessage()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UnreachableException(endpoint, true, "interrupted", e);
    } finally {
      sending.unlock();
    }
  }

  private WebSocket present() {
    if (socket == null) {
      throw new IllegalStateException("Expected an open WebSocket");
    }
    return socket;
  }

  /** Puts messages together, and asks the JDK for more only when there is room. */
  private static final class Inbox implements WebSocket.Listener {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Queue<Message> messages = new ArrayDeque<>(); // guarded by lock
    private @Nullable End end; // guarded by lock
    private @Nullable WebSocket waiting; // asked for nothing more, since full; guarded by lock
    // The JDK calls these one after another.
    private final StringBuilder text = new StringBuilder();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    volatile long heardNanos = System.nanoTime();

    @Nullable Message take(Duration limit) throws InterruptedException {
      long left = limit.toNanos();
      WebSocket stalled = null;
      Message taken;
      lock.lock();
      try {
        while (messages.isEmpty() && end == null) {
          if (left <= 0) {
            return null;
          }
          left = changed.awaitNanos(left);
        }
        taken = messages.poll();
        if (waiting != null && messages.size() < READ_AHEAD) {
          stalled = waiting;
          waiting = null;
        }
        if (taken == null) {
          taken = end;
        }
      } finally {
        lock.unlock();
      }
      if (stalled != null) {
        stalled.request(1);
      }
      return taken;
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
      text.append(data);
      if (last) {
        add(from, new Text(text.toString()));
        text.setLength(0);
      } else {
        from.request(1);
      }
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
      byte[] piece = new byte[data.remaining()];
      data.get(piece);
      if (last && bytes.size() == 0) {
        add(from, new Binary(ByteBuffer.wrap(piece)));
        return null;
      }
      bytes.writeBytes(piece);
      if (last) {
        add(from, new Binary(ByteBuffer.wrap(bytes.toByteArray())));
        bytes.reset();
      } else {
        from.request(1);
      }
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onPing(WebSocket from, ByteBuffer data) {
      heardNanos = System.nanoTime();
      from.request(1);
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onPong(WebSocket from, ByteBuffer data) {
      return onPing(from, data);
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
      end(new End(code, reason));
      return null;
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
      end(new End(BROKEN, String.valueOf(error.getMessage())));
    }

    private void add(WebSocket from, Message message) {
      heardNanos = System.nanoTime();
      boolean room;
      lock.lock();
      try {
        messages.add(message);
        changed.signal();
        room = messages.size() < READ_AHEAD;
        waiting = room ? null : from;
      } finally {
        lock.unlock();
      }
      if (room) {
        from.request(1);
      }
    }

    private void end(End how) {
      lock.lock();
      try {
        end = end == null ? how : end;
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }
}
