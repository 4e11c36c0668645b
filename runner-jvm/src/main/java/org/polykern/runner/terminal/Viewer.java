package org.polykern.runner.terminal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;
import org.polykern.runner.loop.EventLoop;

/**
 * Somebody who sees a terminal and types into it. Confined to the loop thread.
 *
 * <pre>
 *   FLOWING --more waits than HIGH--> BEHIND --less than LOW--> FLOWING
 *                                     BEHIND --passed over--> SKIPPED --nothing waits--> FLOWING
 * </pre>
 *
 * <p>What waits here is bounded by HIGH, one piece of output, and a few small frames, or by one
 * screen; so is what was read and cannot be typed yet.
 */
final class Viewer {
  private static final int HIGH = 96 * 1024;
  private static final int LOW = HIGH / 2;
  private static final int READ_BYTES = 8 * 1024;
  private static final int BETWEEN_FRAMES = -1;

  /** What a small piece takes besides its bytes. */
  private static final int BESIDES = 64;

  /** How far a viewer is with its output. */
  enum State {
    FLOWING,
    BEHIND,
    SKIPPED
  }

  /** What the terminal does for its viewers. */
  interface Listener {
    /**
     * Somebody typed.
     *
     * @return false if some of it remains in {@code bytes}, for which {@link Viewer#resume} asks
     */
    boolean typed(ByteBuffer bytes);

    void resized(Viewer viewer, int rows, int columns);

    /** More of its output was taken; its state may be another. */
    void drained();

    /** It is closed. */
    void gone(Viewer viewer);
  }

  private final SocketChannel channel;
  private final Listener listener;
  private final SelectionKey key;
  private final ByteBuffer read = ByteBuffer.allocate(READ_BYTES).limit(0);
  private final ArrayDeque<ByteBuffer> waiting = new ArrayDeque<>();
  private int waitingBytes;
  private @Nullable ByteBuffer pong;
  private State state = State.FLOWING;
  private long behindSince;
  private int type = BETWEEN_FRAMES;
  private int left;
  private boolean stuck;
  private boolean closed;

  Viewer(SocketChannel channel, EventLoop loop, Listener listener) throws IOException {
    this.channel = channel;
    this.listener = listener;
    this.key = loop.watch(channel, SelectionKey.OP_READ, this::ready);
  }

  State state() {
    return state;
  }

  /** When it fell behind; meaningful while it is. */
  long behindSince() {
    return behindSince;
  }

  /** Whether everything was taken. */
  boolean isEmpty() {
    return waiting.isEmpty();
  }

  /** From now on output is not for it, until it gets a screen. */
  void skip() {
    state = State.SKIPPED;
  }

  /** Draws everything anew. */
  void screen(ByteBuffer size, ByteBuffer screen) {
    state = State.FLOWING;
    send(size);
    send(screen);
  }

  /** A frame between its position and limit, which are left as they are; its bytes may change. */
  void show(ByteBuffer frame) {
    if (waitingBytes >= 2 * HIGH) {
      skip(); // By what is no output, and so is not held up.
    }
    if (state != State.SKIPPED) {
      send(frame.duplicate());
    }
  }

  /** Sends the last frame as far as the other side takes it, and closes. */
  void end(ByteBuffer frame) {
    if (!closed) {
      send(frame);
      close();
    }
  }

  /** Types what could not be typed before. */
  void resume() {
    if (stuck) {
      stuck = false;
      parse();
      adjust();
    }
  }

  void close() {
    if (!closed) {
      closed = true;
      Streams.close(channel);
      listener.gone(this);
    }
  }

  private void ready() {
    if (!closed && key.isWritable()) {
      write();
      if (!closed) {
        listener.drained();
      }
    }
    if (!closed && key.isReadable()) {
      take();
    }
    adjust();
  }

  private void take() {
    read.compact();
    int n;
    try {
      n = channel.read(read);
    } catch (IOException e) {
      n = -1;
    }
    read.flip();
    if (n < 0) {
      close();
    } else if (!stuck) {
      parse();
    }
  }

  private void parse() {
    boolean going = true;
    while (going && !closed) {
      if (type != BETWEEN_FRAMES) {
        going = frame();
      } else if (read.remaining() >= Frame.HEADER) {
        int header = read.getInt();
        type = header >>> 24;
        left = header & 0xFF_FFFF;
        if (!Frame.allowed(type, left)) {
          close(); // Whatever comes next cannot be told apart any more.
        }
      } else {
        going = false;
      }
    }
  }

  /** Goes on with a frame; false when it needs more than there is. */
  private boolean frame() {
    if (type == Frame.BYTES) {
      return typed();
    }
    if (read.remaining() < left) {
      return false;
    }
    if (type == Frame.SIZE) {
      int rows = Short.toUnsignedInt(read.getShort());
      int columns = Short.toUnsignedInt(read.getShort());
      type = BETWEEN_FRAMES;
      listener.resized(this, rows, columns);
    } else {
      byte[] same = new byte[left];
      read.get(same);
      type = BETWEEN_FRAMES;
      pong(Frame.of(Frame.PING, same));
    }
    return true;
  }

  private boolean typed() {
    int n = Math.min(left, read.remaining());
    int end = read.limit();
    read.limit(read.position() + n);
    stuck = !listener.typed(read);
    left -= n - read.remaining();
    read.limit(end);
    if (left == 0) {
      type = BETWEEN_FRAMES;
    }
    return !stuck && (left == 0 || read.hasRemaining());
  }

  /** Who does not read has one answer waiting at most. */
  private void pong(ByteBuffer frame) {
    if (waitingBytes >= HIGH) {
      pong = frame;
    } else {
      send(frame);
    }
  }

  private void send(ByteBuffer frame) {
    if (closed) {
      return;
    }
    try {
      if (waiting.isEmpty()) {
        channel.write(frame);
      }
    } catch (IOException e) {
      close();
      return;
    }
    if (frame.hasRemaining()) {
      waitingBytes += frame.remaining() + BESIDES;
      waiting.add(ByteBuffer.allocate(frame.remaining()).put(frame).flip());
      if (state == State.FLOWING && waitingBytes >= HIGH) {
        state = State.BEHIND;
        behindSince = System.nanoTime();
      }
      adjust();
    }
  }

  private void write() {
    try {
      ByteBuffer first;
      while ((first = waiting.peek()) != null) {
        waitingBytes -= channel.write(first);
        if (first.hasRemaining()) {
          break;
        }
        waiting.remove();
        waitingBytes -= BESIDES;
      }
    } catch (IOException e) {
      close();
      return;
    }
    if (state == State.BEHIND && waitingBytes <= LOW) {
      state = State.FLOWING;
    }
    ByteBuffer late = pong;
    if (late != null && waitingBytes <= LOW) {
      pong = null;
      send(late);
    }
  }

  private void adjust() {
    if (!closed) {
      boolean full = read.remaining() == read.capacity();
      key.interestOps(
          (full ? 0 : SelectionKey.OP_READ) | (waiting.isEmpty() ? 0 : SelectionKey.OP_WRITE));
    }
  }
}
