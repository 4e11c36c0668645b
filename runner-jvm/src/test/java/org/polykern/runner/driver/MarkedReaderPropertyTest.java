package org.polykern.runner.driver;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** A driver's frames among the user's text, however the stream is cut. */
class MarkedReaderPropertyTest {
  private static final String TOKEN = "0123456789abcdef";
  private static final int MAX_BODY = 100_000;

  /** A piece of the stream, and what is to be made of it. */
  record Piece(String content, String event) {
    byte[] bytes() {
      return content.getBytes(StandardCharsets.UTF_8);
    }
  }

  @Property(tries = 500)
  void shouldFindTheSameWhateverTheCut(
      @ForAll("pieces") List<Piece> pieces, @ForAll @IntRange(min = 1, max = 70_000) int step)
      throws IOException {
    ByteArrayOutputStream stream = new ByteArrayOutputStream();
    Events expected = new Events();
    for (Piece piece : pieces) {
      stream.writeBytes(piece.bytes());
      expected.add(piece);
    }
    assertThat(read(stream.toByteArray(), step).all()).isEqualTo(expected.all());
  }

  @Provide
  Arbitrary<List<Piece>> pieces() {
    return Arbitraries.oneOf(
            text("", "x", "\n", "line\n", "\u001e", "\u001e\u001e", "\u001eo0\n", "üö€"),
            // Another token, none at all, and headers that are none.
            text("\u001e0123456789abcdeef0\n", "\u001e" + TOKEN + "fx\n", "\u001e" + TOKEN + "f\n"),
            text("\u001e" + TOKEN + " 1\n", "\u001e" + TOKEN + "f1234567890123456789\n"),
            text("y".repeat(70_000)),
            Arbitraries.integers()
                .between(0, 200_000)
                .flatMap(n -> Arbitraries.of('f', 'm', 'e', 'c').map(type -> frame(type, n))))
        .list()
        .ofMaxSize(8);
  }

  private static Arbitrary<Piece> text(String... texts) {
    return Arbitraries.of(texts).map(text -> new Piece(text, "text:" + text));
  }

  private static Piece frame(char type, int length) {
    // Bodies that look like frames themselves.
    String body = ("\u001e" + TOKEN + "f1\n0").repeat(length / 20 + 1).substring(0, length);
    String event = type + ":" + body;
    if (type == 'e') {
      event = "error:" + body;
    } else if (length > MAX_BODY) {
      event = "too large:" + type + length;
    }
    return new Piece("\u001e" + TOKEN + type + length + "\n" + body, event);
  }

  @Example
  void shouldHandOverTextAtOnceAndKeepOnlyWhatMayBecomeAFrame() throws IOException {
    Events events = new Events();
    MarkedReader reader = new MarkedReader(TOKEN, MAX_BODY, events);
    reader.read(channel("abc\u001e0123".getBytes(StandardCharsets.UTF_8), 100));
    assertThat(events.all()).containsExactly("text:abc");
    reader.read(channel("x".getBytes(StandardCharsets.UTF_8), 100));
    assertThat(events.all()).containsExactly("text:abc\u001e0123x");
    reader.read(channel(("\u001e" + TOKEN + "m5\nabc").getBytes(StandardCharsets.UTF_8), 100));
    reader.end();
    assertThat(events.all()).containsExactly("text:abc\u001e0123x");
  }

  @Example
  void shouldBeFastWithPlainText() throws IOException {
    byte[] text =
        "a line of plain text, as most programs print it\n"
            .repeat(20_000)
            .getBytes(StandardCharsets.UTF_8);
    long[] seen = new long[1];
    MarkedReader reader =
        new MarkedReader(
            TOKEN,
            MAX_BODY,
            new Events() {
              @Override
              public void text(ByteBuffer bytes) {
                seen[0] += bytes.remaining();
              }
            });
    int rounds = 400;
    // Of the thread, since a machine with much else to do says nothing about the code.
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long begin = threads.getCurrentThreadCpuTime();
    for (int i = 0; i < rounds; i++) {
      ReadableByteChannel channel = channel(text, 64 * 1024);
      while (reader.read(channel) > 0) {}
    }
    double seconds = (threads.getCurrentThreadCpuTime() - begin) / 1e9;
    assertThat(seen[0]).isEqualTo((long) rounds * text.length);
    double megabytes = seen[0] / 1e6 / seconds;
    System.out.printf("MarkedReader: %.0f MB/s of plain text%n", megabytes);
    assertThat(megabytes).isGreaterThan(200);
  }

  private static Events read(byte[] stream, int step) throws IOException {
    Events events = new Events();
    MarkedReader reader = new MarkedReader(TOKEN, MAX_BODY, events);
    ReadableByteChannel channel = channel(stream, step);
    while (reader.read(channel) > 0) {}
    reader.end();
    return events;
  }

  private static ReadableByteChannel channel(byte[] bytes, int step) {
    ByteBuffer rest = ByteBuffer.wrap(bytes);
    return new ReadableByteChannel() {
      @Override
      public int read(ByteBuffer target) {
        int n = Math.min(Math.min(step, rest.remaining()), target.remaining());
        if (n == 0) {
          return rest.hasRemaining() ? 0 : -1;
        }
        target.put(rest.slice(rest.position(), n));
        rest.position(rest.position() + n);
        return n;
      }

      @Override
      public boolean isOpen() {
        return true;
      }

      @Override
      public void close() {}
    };
  }

  /** What was handed over, neighbours of one stream joined. */
  private static class Events implements MarkedReader.Taker {
    private final List<String> events = new ArrayList<>();
    private final ByteArrayOutputStream joined = new ByteArrayOutputStream();
    private String stream = "";

    void add(Piece piece) {
      String event = piece.event();
      if (event.startsWith("text:") || event.startsWith("error:")) {
        int colon = event.indexOf(':');
        join(
            event.substring(0, colon), event.substring(colon + 1).getBytes(StandardCharsets.UTF_8));
      } else {
        whole(event);
      }
    }

    List<String> all() {
      flush();
      return events;
    }

    @Override
    public void text(ByteBuffer bytes) {
      join("text", bytes(bytes));
    }

    @Override
    public void errorText(ByteBuffer bytes) {
      join("error", bytes(bytes));
    }

    @Override
    public void frame(char type, ByteBuffer body) {
      whole(type + ":" + StandardCharsets.ISO_8859_1.decode(body));
    }

    @Override
    public void tooLarge(char type, long length) {
      whole("too large:" + type + length);
    }

    private void join(String name, byte[] bytes) {
      if (bytes.length > 0) {
        if (!stream.equals(name)) {
          flush();
          stream = name;
        }
        joined.writeBytes(bytes);
      }
    }

    private void whole(String event) {
      flush();
      events.add(event);
    }

    private void flush() {
      if (joined.size() > 0) {
        // One event may have been flushed before its stream went on.
        String text = joined.toString(StandardCharsets.UTF_8);
        String last = events.isEmpty() ? "" : events.getLast();
        if (last.startsWith(stream + ":")) {
          events.set(events.size() - 1, last + text);
        } else {
          events.add(stream + ":" + text);
        }
        joined.reset();
      }
    }

    private static byte[] bytes(ByteBuffer buffer) {
      byte[] bytes = new byte[buffer.remaining()];
      buffer.get(bytes);
      return bytes;
    }
  }
}
