package org.polykern.cli.terminal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.BiConsumer;
import org.polykern.cli.client.ApiSocket;

/** One connection's frames, drawn as they come by a thread of its own. */
final class View {
  private static final int OUTPUT = 1;
  private static final int SCREEN = 4;
  private static final int ENDED = 5;

  /** Bytes; an eighth of what the server keeps on the way. */
  private static final int TELL_EVERY = 64 * 1024;

  /** As a new terminal is: what another program set is no part of this one's screen. */
  private static final byte[] CLEAR =
      ("\033[?1000l\033[?1002l\033[?1003l\033[?1004l\033[?1006l\033[?2004l\033[?1049l"
              + "\033[!p\033[?7h\033[r\033[m\033[H\033[2J")
          .getBytes(StandardCharsets.US_ASCII);

  /** What ends a view. */
  sealed interface End {
    /** The terminal is no more. */
    record Over(String sentence) implements End {}

    /** The connection is no more. */
    record Cut(int code, String reason) implements End {}
  }

  private final LocalTerminal local;
  private final ApiSocket socket;
  private final Outbox outbox;
  private int untold; // bytes drawn that the server does not know of; of the drawing thread
  private volatile boolean drawing;
  private volatile boolean drawn;

  /** Draws from now on. */
  View(LocalTerminal local, ApiSocket socket, Outbox outbox, BiConsumer<View, End> ends) {
    this.local = local;
    this.socket = socket;
    this.outbox = outbox;
    var _ = outbox.taken(0);
    Thread.ofVirtual().name("terminal-draw").start(() -> ends.accept(this, draw()));
  }

  private End draw() {
    try {
      while (true) {
        switch (socket.next()) {
          case ApiSocket.Binary(ByteBuffer frame) when frame.hasRemaining() -> {
            drawing = true;
            int type = frame.get();
            if (type == ENDED) {
              return new End.Over(StandardCharsets.UTF_8.decode(frame).toString());
            }
            draw(type, frame);
            drawing = false;
          }
          case ApiSocket.End(int code, String reason) -> {
            return new End.Cut(code, reason);
          }
          default -> {
            // Nothing that a terminal sends.
          }
        }
      }
    } catch (IOException e) {
      return new End.Cut(ApiSocket.BROKEN, "the window takes nothing: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new End.Cut(ApiSocket.BROKEN, "interrupted");
    }
  }

  private void draw(int type, ByteBuffer frame) throws IOException {
    if (type == SCREEN) {
      local.draw(CLEAR, 0, CLEAR.length);
      drawn = true;
    }
    if (type == SCREEN || type == OUTPUT) {
      local.draw(frame.array(), frame.arrayOffset() + frame.position(), frame.remaining());
      untold += frame.remaining();
      if (untold >= TELL_EVERY && outbox.taken(untold)) {
        untold = 0;
      }
    }
    // Sizes and pongs: that they came is what they say. Others are for newer clients.
  }

  /** Whether the screen was drawn: the connection is as good as new. */
  boolean drawn() {
    return drawn;
  }

  /** For how long nothing came though it would have been taken. */
  Duration silence() {
    return drawing ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - socket.heardNanos());
  }
}
