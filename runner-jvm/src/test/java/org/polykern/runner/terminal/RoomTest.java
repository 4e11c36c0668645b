package org.polykern.runner.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RoomTest {
  private static final long MILLI = Room.LONGEST_WAIT.toNanos();

  private long now = Long.MAX_VALUE - MILLI; // the clock may start anywhere, and overflow
  private final Room room = new Room(now);

  /** Reads a piece every so many nanoseconds; the frames that were due at once. */
  private int frames(int pieces, int bytes, long apart) {
    int frames = 0;
    for (int i = 0; i < pieces; i++) {
      now += apart;
      int fits = Math.min(bytes, room.bytes().remaining());
      room.bytes().put(new byte[fits]);
      if (room.isDue(now)) {
        frames++;
        room.frame();
        room.clear();
      }
    }
    return frames;
  }

  @Test
  void shouldShowAtOnceWhatIsTyped() {
    assertThat(frames(1000, 10, MILLI / 10)).isEqualTo(1000);
  }

  @Test
  void shouldShowAFloodInLargeFrames() {
    int pieces = 8000; // 40 MB/s
    assertThat(frames(pieces, 4095, MILLI / 10)).isLessThanOrEqualTo(pieces / 8 + 2);
  }

  @Test
  void shouldPutLineAfterLineTogether() {
    assertThat(frames(10_000, 40, MILLI / 100)).isLessThan(1600);
  }

  @Test
  void shouldShowAtOnceAgainAfterAFlood() {
    frames(100, 4095, 0);
    room.frame();
    room.clear();
    now += 2 * MILLI;
    assertThat(frames(1, 10, 0)).isEqualTo(1);
  }

  @Test
  void shouldMakeAFrameOfWhatIsThere() {
    assertThat(room.isEmpty()).isTrue();
    room.bytes().put((byte) 'a').put((byte) 'b');
    assertThat(room.isEmpty()).isFalse();
    var frame = room.frame();
    assertThat(frame.remaining()).isEqualTo(Frame.HEADER + 2);
    assertThat(frame.getInt()).isEqualTo((Frame.BYTES << 24) | 2);
    assertThat(frame.get()).isEqualTo((byte) 'a');
  }
}
