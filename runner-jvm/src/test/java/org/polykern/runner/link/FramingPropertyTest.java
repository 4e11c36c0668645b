package org.polykern.runner.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.polykern.runner.json.JsonException;
import org.polykern.runner.json.JsonText;

class FramingPropertyTest {
  @Property
  void shouldReadBackHeaderAndBody(@ForAll String run, @ForAll byte[] body) {
    byte[] header = (JsonText.of(Map.of("run", run)) + "\n").getBytes(StandardCharsets.UTF_8);
    byte[] payload = new byte[header.length + body.length];
    System.arraycopy(header, 0, payload, 0, header.length);
    System.arraycopy(body, 0, payload, header.length, body.length);
    Command command = Command.parse(bytes("code"), payload, true);
    assertThat(command.type()).isEqualTo("code");
    assertThat(command.header().text("run")).isEqualTo(run);
    assertThat(command.body()).isEqualTo(body);
  }

  @Property
  void shouldFrameOutputThatReadsBack(@ForAll String run, @ForAll byte[] body) {
    Outbox outbox = new Outbox(1000);
    outbox.add(MessageType.STDOUT, run, ByteBuffer.wrap(body));
    Output output = outbox.firstUnsent();
    Command read = Command.parse(output.type().wire(), output.framed(), true);
    assertThat(read.type()).isEqualTo("stdout");
    assertThat(read.header().text("run")).isEqualTo(run);
    assertThat(read.header().integer("seq")).isEqualTo(1);
    assertThat(read.body()).isEqualTo(body);
    assertThat(output.plain()).isEqualTo(body);
  }

  @Example
  void shouldTakeAPlainBodyAsItIs() {
    byte[] body = bytes("{\"x\"\nprint(1)");
    assertThat(Command.parse(bytes("code"), body, false).body()).isEqualTo(body);
  }

  @Example
  void shouldReadMissingParts() {
    assertThat(Command.parse(bytes("status"), new byte[0], true).header().members()).isEmpty();
    assertThat(Command.parse(bytes("status"), bytes("{\"id\":\"a\"}"), true).header().text("id"))
        .isEqualTo("a");
    assertThat(Command.parse(bytes("code"), bytes("\nbody"), true).body()).isEqualTo(bytes("body"));
  }

  @Example
  void shouldRefuseABadHeader() {
    assertThatThrownBy(() -> Command.parse(bytes("code"), bytes("no json\nbody"), true))
        .isInstanceOf(JsonException.class);
    byte[] huge = bytes("{\"a\":\"" + "x".repeat(100_000) + "\"}\n");
    assertThatThrownBy(() -> Command.parse(bytes("code"), huge, true))
        .isInstanceOf(JsonException.class);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
