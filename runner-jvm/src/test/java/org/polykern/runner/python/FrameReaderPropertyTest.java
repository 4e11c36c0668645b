package org.polykern.runner.python;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** The driver's frames, whatever their sizes. */
class FrameReaderPropertyTest {
  @Property(tries = 100)
  void shouldReadFramesOfAnySize(
      @ForAll @Size(max = 8) List<@IntRange(min = 0, max = 200_000) Integer> sizes)
      throws IOException {
    ByteArrayOutputStream stream = new ByteArrayOutputStream();
    for (int size : sizes) {
      byte[] body = new byte[size];
      java.util.Arrays.fill(body, (byte) size);
      stream.writeBytes(ByteBuffer.allocate(5).put((byte) 'o').putInt(size).array());
      stream.writeBytes(body);
    }
    List<Integer> seen = new ArrayList<>();
    FrameReader reader =
        new FrameReader(
            1_000_000,
            (type, body) -> {
              assertThat(type).isEqualTo('o');
              byte mark = (byte) body.remaining();
              seen.add(body.remaining());
              while (body.hasRemaining()) {
                assertThat(body.get() == mark).isTrue();
              }
            });
    var channel = Channels.newChannel(new java.io.ByteArrayInputStream(stream.toByteArray()));
    while (reader.read(channel) > 0) {}
    assertThat(seen).isEqualTo(sizes);
  }
}
