package org.polykern.runner.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** The window and the numbers, against a plain model of a peer that loses its connection. */
class OutboxPropertyTest {
  private static final int WINDOW = 1000;
  private static final int LARGEST_BODY = 300;

  @Property(tries = 500)
  void shouldDeliverEverythingInOrderWithinTheWindow(
      @ForAll @Size(max = 200) List<@IntRange(min = 0, max = 399) Integer> steps) {
    Outbox outbox = new Outbox(WINDOW);
    List<Long> delivered = new ArrayList<>();
    long added = 0;
    for (int step : steps) {
      switch (step % 4) {
        case 0 -> {
          if (outbox.hasRoom()) {
            added++;
            ByteBuffer body = ByteBuffer.allocate(step * LARGEST_BODY / 400);
            assertThat(outbox.add(MessageType.STDOUT, "r", body)).isEqualTo(added);
          }
        }
        case 1 -> deliver(outbox, delivered);
        case 2 -> outbox.resendAll();
        default -> {
          if (!delivered.isEmpty()) {
            outbox.acknowledged(delivered.get(step % delivered.size()));
          }
        }
      }
      assertThat(outbox.heldBytes()).isBetween(0L, (long) WINDOW + LARGEST_BODY);
    }
    while (outbox.firstUnsent() != null) {
      deliver(outbox, delivered);
    }
    assertThat(delivered.stream().distinct()).hasSize((int) added);
    if (!delivered.isEmpty()) {
      outbox.acknowledged(added);
    }
    assertThat(outbox.heldBytes()).isZero();
    assertThat(outbox.next()).isEqualTo(added + 1);
  }

  /** A number may come again after a resend, but never leave a gap. */
  private static void deliver(Outbox outbox, List<Long> delivered) {
    Output output = outbox.firstUnsent();
    if (output != null) {
      long highest = delivered.stream().mapToLong(Long::longValue).max().orElse(0);
      assertThat(output.seq()).isLessThanOrEqualTo(highest + 1);
      delivered.add(output.seq());
      outbox.sentFirst(true);
    }
  }

  @Example
  void shouldKeepWhatWasNeverSentWhateverIsAcknowledged() {
    Outbox outbox = new Outbox(WINDOW);
    long first = outbox.add(MessageType.STDOUT, "r", ByteBuffer.allocate(20));
    long second = outbox.add(MessageType.STDOUT, "r", ByteBuffer.allocate(30));
    outbox.sentFirst(true);
    assertThat(outbox.acknowledged(second + 5)).isEqualTo(first);
    assertThat(outbox.heldBytes()).isEqualTo(30);
    assertThat(outbox.firstUnsent()).extracting(Output::seq).isEqualTo(second);
    outbox.sentFirst(true);
    outbox.resendAll();
    // Sent before, and acknowledged before it is sent again.
    assertThat(outbox.acknowledged(second)).isEqualTo(second);
    assertThat(outbox.firstUnsent()).isNull();
  }

  @Example
  void shouldForgetWhatAPlainPeerTook() {
    Outbox outbox = new Outbox(10);
    outbox.add(MessageType.STDOUT, "r", ByteBuffer.allocate(20));
    assertThat(outbox.hasRoom()).isFalse();
    outbox.sentFirst(false);
    assertThat(outbox.hasRoom()).isTrue();
    outbox.resendAll();
    assertThat(outbox.firstUnsent()).isNull();
  }

  @Example
  void shouldCloseForManyTinyMessages() {
    Outbox outbox = new Outbox(1_000_000);
    int added = 0;
    while (outbox.hasRoom()) {
      outbox.add(MessageType.STDOUT, "r", ByteBuffer.allocate(1));
      added++;
    }
    assertThat(added).isLessThan(10_000);
  }
}
