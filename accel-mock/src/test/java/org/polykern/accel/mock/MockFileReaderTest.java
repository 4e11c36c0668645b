package org.polykern.accel.mock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One change to a good file, one error with its place. */
final class MockFileReaderTest {
  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "memory_size = \"40G\" | memory_size = \"40Q\" | :7: devices[1].memory_size: Expected a size",
        "subproc_count = 60 | subproc_count = 0 | :7: devices[1].subproc_count: Expected a whole",
        "numa_node = 0 | numa_node = -1 | :6: devices[0].numa_node: Expected a whole number of 0",
        "is_mig_device = false | x = 1 | :6: devices[0].is_mig_device: Expected true or false, but it is",
        "is_mig_device = false | is_mig_device = 1 | :6: devices[0].is_mig_device: Expected true",
        "\"MIG-3g.40gb\" | \"3g\" | :7: devices[1].model_name: Expected a profile",
        "00c0 | 00,c0 | :6: devices[0].mother_uuid: Expected letters",
        "slot_name = \"cuda\" | slot_name = \"CUDA\" | :2: slot_name: Expected lower-case",
        "slot_name = \"cuda\" | x = 1 | :1: slot_name: Expected a text, but it is not there",
        "device_plugin_name = | x = | :1: device_plugin_name: Expected a text",
        "[formats.device] | [formats.devices] | formats.device: Expected it to say how",
        "nvidia_driver = \"535.161.08\" | nvidia_driver = 535 | :14: attributes.nvidia_driver: Expected",
        "display_icon = \"gpu1\" | display_icon = 1 | :21: formats.device.display_icon: Expected a text",
        "round_length = 0 | round_length = -1 | formats.device.number_format.round_length: Expected",
        "[attributes] | [attribute] | :1: attributes: Expected a table, but it is not there",
        "[attributes] | [[attributes | Expected TOML",
      })
  void shouldNameFileLineAndKey(String good, String bad, String error) throws Exception {
    var file = directory.resolve("mock.toml");
    var sample = Files.readString(Path.of("samples", "slices.toml"));
    assertThat(sample).contains(good);
    Files.writeString(file, sample.replaceFirst(java.util.regex.Pattern.quote(good), bad));

    assertThatThrownBy(() -> MockFileReader.read(file, false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(file + ":")
        .hasMessageContaining(error);
  }

  @Test
  void shouldReportAllErrorsAtOnce() throws Exception {
    var file = directory.resolve("mock.toml");
    var sample = Files.readString(Path.of("samples", "eight-cards.toml"));
    Files.writeString(file, sample.replace("80G\"", "80Q\""));

    assertThatThrownBy(() -> MockFileReader.read(file, false))
        .satisfies(e -> assertThat(e.getMessage().lines()).hasSize(8));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "kind = \"broken\" | faults[0].kind: Expected one of lost, ecc",
        "kind = \"lost\" | faults[0].device: Expected a text, but it is not there",
        "`kind = \"hang\"\nseconds = 0` | faults[0].seconds: Expected a whole number of 1",
        "`kind = \"error\"\ncall = \"close\"` | faults[0].call: Expected one of discover, arguments",
      })
  void shouldRefuseFaultsThatItCannotMake(String fault, String error) throws Exception {
    var file = directory.resolve("mock.toml");
    var sample = Files.readString(Path.of("samples", "slices.toml"));
    Files.writeString(file, sample + "\n[[faults]]\n" + fault + "\n");

    assertThatThrownBy(() -> MockFileReader.read(file, false)).hasMessageContaining(error);
  }

  @Test
  void shouldNeedTheFormatOfItsMode() throws Exception {
    var slices = Path.of("samples", "slices.toml");
    assertThatThrownBy(() -> MockFileReader.read(slices, true))
        .hasMessageContaining("formats.shares");
  }

  @Test
  void shouldNotAskOtherKindsForSlices() throws Exception {
    var file = directory.resolve("mock.toml");
    var sample = Files.readString(Path.of("samples", "eight-cards.toml"));
    Files.writeString(
        file, sample.replace("\"cuda\"", "\"npu\"").replace(", is_mig_device = false", ""));

    var content = MockFileReader.read(file, false);

    assertThat(content.devices()).hasSize(8).noneMatch(MockDevice::slice);
    assertThat(content.attributes()).doesNotContainKey("x").containsKey("nvidia_driver");
  }
}
