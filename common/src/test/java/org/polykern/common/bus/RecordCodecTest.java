package org.polykern.common.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.dataformat.cbor.databind.CBORMapper;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.polykern.common.problem.Problem;

class RecordCodecTest {
  static final List<Object> SAMPLES = Samples.all();

  private final RecordCodec codec = new RecordCodec();

  @ParameterizedTest
  @FieldSource("SAMPLES")
  void shouldComeBackAsItWent(Object message) {
    var buffer = Buffer.buffer("something before");
    var start = buffer.length();
    codec.encodeToWire(buffer, message);
    assertThat(codec.decodeFromWire(start, buffer)).isEqualTo(message);
  }

  @Test
  void shouldHaveASampleOfEveryMessage() {
    var sampled = SAMPLES.stream().map(Object::getClass).collect(Collectors.toSet());
    assertThat(new MessageCatalogue().types()).allMatch(sampled::contains);
  }

  @Test
  void shouldIgnoreFieldsOfANewerPeer() throws IOException {
    var newer = Map.of("why", "x", "since-version-2", Map.of("a", 1));
    assertThat(codec.decodeFromWire(0, frame(1, "SchedulerWake", newer)))
        .isEqualTo(new SchedulerWake("x"));
  }

  @Test
  void shouldRefuseAnUnknownTypeByName() throws IOException {
    var frame = frame(1, "WarpDrive", Map.of());
    assertThatThrownBy(() -> codec.decodeFromWire(0, frame)).hasMessageContaining("WarpDrive");
  }

  @Test
  void shouldRefuseAnotherFrameVersion() throws IOException {
    var frame = frame(2, "SchedulerWake", Map.of());
    assertThatThrownBy(() -> codec.decodeFromWire(0, frame)).hasMessageContaining("version 1");
  }

  @Test
  void shouldRefuseWhatIsNoMessage() {
    assertThatThrownBy(() -> codec.encodeToWire(Buffer.buffer(), "text"))
        .hasMessageContaining("java.lang.String");
  }

  @Test
  void shouldNameProblemsWithTheirOwnPackage() {
    assertThat(new MessageCatalogue().type("Problem")).isEqualTo(Problem.class);
  }

  private static Buffer frame(int version, String name, Object body) throws IOException {
    var bytes = new CBORMapper().writeValueAsBytes(body);
    return Buffer.buffer()
        .appendByte((byte) version)
        .appendByte((byte) name.length())
        .appendBytes(name.getBytes(StandardCharsets.US_ASCII))
        .appendInt(bytes.length)
        .appendBytes(bytes);
  }
}
