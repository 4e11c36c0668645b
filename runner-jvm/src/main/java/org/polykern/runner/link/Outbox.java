package org.polykern.runner.link;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;
import org.polykern.runner.json.JsonText;

/**
 * Output messages on their way to the agent: first unsent, then sent and waiting for their
 * acknowledgement. Numbers are given here and nowhere else. Confined to the loop thread.
 */
final class Outbox {
  /**
   * Tiny messages cost more than their bodies; this many un-acknowledged ones also close the
   * window.
   */
  private static final int MAX_MESSAGES = 4096;

  private final long windowBytes;
  private final ArrayDeque<Output> unsent = new ArrayDeque<>();
  private final ArrayDeque<Output> sent = new ArrayDeque<>();
  private long next = 1;
  private long highestSent;
  private long heldBytes;

  Outbox(long windowBytes) {
    this.windowBytes = windowBytes;
  }

  /** Numbers and keeps a message; answers its number. */
  long add(MessageType type, String run, ByteBuffer body) {
    long seq = next++;
    byte[] header =
        ("{\"run\":" + JsonText.of(run) + ",\"seq\":" + seq + "}\n")
            .getBytes(StandardCharsets.UTF_8);
    byte[] framed = new byte[header.length + body.remaining()];
    System.arraycopy(header, 0, framed, 0, header.length);
    body.get(framed, header.length, body.remaining());
    Output output = new Output(type, seq, framed, header.length);
    heldBytes += output.bodyBytes();
    unsent.add(output);
    return seq;
  }

  /** The next message to send, or null; it stays first until {@link #sentFirst}. */
  @Nullable Output firstUnsent() {
    return unsent.peek();
  }

  /**
   * The first unsent message is on its way.
   *
   * @param keep whether it must be kept for an acknowledgement
   */
  void sentFirst(boolean keep) {
    Output output = unsent.remove();
    highestSent = Math.max(highestSent, output.seq());
    if (keep) {
      sent.add(output);
    } else {
      heldBytes -= output.bodyBytes();
    }
  }

  /**
   * Every message up to {@code seq} was delivered; those that were never sent cannot have been.
   *
   * @return the highest number that is taken for delivered now
   */
  long acknowledged(long seq) {
    long delivered = Math.min(seq, highestSent);
    drop(sent, delivered);
    // What is to be sent again may have arrived the first time.
    drop(unsent, delivered);
    return delivered;
  }

  /** Everything that was not acknowledged must be sent again, in order. */
  void resendAll() {
    Output output;
    while ((output = sent.pollLast()) != null) {
      unsent.addFirst(output);
    }
  }

  /** Whether more output may be read from the user's program. */
  boolean hasRoom() {
    return heldBytes <= windowBytes && unsent.size() + sent.size() <= MAX_MESSAGES;
  }

  /** Bytes of bodies that are not acknowledged. */
  long heldBytes() {
    return heldBytes;
  }

  /** The number of the next message. */
  long next() {
    return next;
  }

  private void drop(ArrayDeque<Output> messages, long seq) {
    Output first;
    while ((first = messages.peek()) != null && first.seq() <= seq) {
      heldBytes -= first.bodyBytes();
      messages.remove();
    }
  }
}
