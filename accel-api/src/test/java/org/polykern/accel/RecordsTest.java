package org.polykern.accel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RecordsTest {
  private static final SlotDisplay GPU = SlotDisplay.devices("GPU", "A card");
  private static final Slot DEVICE = Slot.devices("cuda.device", GPU);
  private static final Device CARD = Device.of("GPU-1", "H100", "cuda.device");
  private static final long GIB = 1L << 30;

  @ParameterizedTest
  @ValueSource(strings = {"cuda.device", "cuda.device:1g.10gb+me-mig", "cuda.mig-2c10g", "npu2.x"})
  void shouldAcceptSlotNames(String name) {
    assertThat(Slot.devices(name, GPU).name()).isEqualTo(name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"cuda", "CUDA.device", "cuda.a,b", "cuda.a=b", "cuda.", "cuda.a b"})
  void shouldRefuseSlotNamesThatResourceLinesCannotCarry(String name) {
    refused(() -> Slot.devices(name, GPU), name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a,b", "a:b", "a b"})
  void shouldRefuseDeviceIdsThatResourceLinesCannotCarry(String id) {
    refused(() -> Device.of(id, "H100", "cuda.device"), "'" + id + "'");
  }

  @Test
  void shouldRefuseStatesThatContradictThemselves() {
    refused(() -> Discovery.of(List.of(DEVICE, DEVICE), List.of()), "cuda.device is there twice");
    refused(() -> Discovery.of(List.of(DEVICE), List.of(CARD, CARD)), "GPU-1 is there twice");
    refused(() -> Discovery.of(List.of(), List.of(CARD)), "cuda.device");
    refused(() -> Discovery.of(List.of(DEVICE), List.of()).ownedBy("rocm"), "cuda.device");
    refused(() -> new Health(Health.State.SICK, " "), "sentence");
    refused(() -> CARD.offering("cuda.device", BigDecimal.ZERO), "above 0");
    refused(() -> new Link("GPU-2", "NVLink", -1), "rank");
    refused(() -> Metric.raw("cuda.mem", "bytes"), "cuda.mem");
    refused(() -> Metric.raw("cuda_mem", "bytes", "median"), "median");
    refused(() -> new DeviceNode("/dev/a", "/dev/a", "wr"), "'wr'");
  }

  @Test
  void shouldDropWhatAGrantDoesNotGive() {
    var amounts = Map.of("b", BigDecimal.ONE, "a", BigDecimal.ONE, "c", BigDecimal.ZERO);
    assertThat(new Grant(Map.of("cuda.device", amounts)).deviceIds()).containsExactly("a", "b");
    assertThat(new Grant(Map.of("cuda.device", Map.of("c", BigDecimal.ZERO))).isEmpty()).isTrue();
  }

  @Test
  void shouldSumOverTheDevicesOfAContainer() {
    var devices = Map.of("a", Measurement.of(1, 10), "b", Measurement.of(2, 10));
    var census =
        new Census(
            Map.of("one", Grant.of("cuda.device", "b"), "gone", Grant.of("cuda.device", "x")),
            Map.of());

    var reading = Reading.summed(Metric.raw("cuda_mem", "bytes", "max"), devices, census);

    assertThat(reading.node()).contains(Measurement.of(3, 20));
    assertThat(reading.containers()).isEqualTo(Map.of("one", Measurement.of(2, 10)));
  }

  @Test
  void shouldAverageWhatDoesNotAddUp() {
    var devices = Map.of("a", Measurement.of(40, 120), "b", Measurement.of(61, 120));
    var node =
        Reading.averaged(Metric.raw("x_temperature", "Celsius"), devices).node().orElseThrow();
    assertThat(node.value()).isEqualByComparingTo("50.5");
    assertThat(node.capacity().orElseThrow()).isEqualByComparingTo("120");
    assertThat(Reading.averaged(Metric.raw("x_temperature", "Celsius"), Map.of()).node()).isEmpty();
  }

  @Test
  void shouldWriteTheLinesThatImagesRead() {
    var amounts = Map.of("b", new BigDecimal("1.5"), "a", new BigDecimal("0.2"));
    var grant = new Grant(Map.of("cuda.shares", amounts));
    var units = new ShareUnits(GIB, 8, new BigDecimal("0.1"));

    assertThat(ResourceLines.whole("cuda", grant))
        .isEqualTo(Map.of("CUDA_GLOBAL_DEVICE_IDS", "0:a,1:b", "CUDA_RESOURCE_VIRTUALIZED", "0"));
    assertThat(ResourceLines.parts("cuda", grant, "cuda.shares", units, 64))
        .isEqualTo(
            Map.of(
                "CUDA_GLOBAL_DEVICE_IDS", "0:a,1:b",
                "CUDA_RESOURCE_VIRTUALIZED", "1",
                "CUDA_MEMORY_LIMITS", "a:214748364,b:1610612736",
                "CUDA_PROCESSOR_LIMITS", "a:4,b:12",
                "CUDA_RESERVED_MEMORY", "64"));
  }

  @Test
  void shouldLoseTheCapacityOfASumWithoutOne() {
    var open = new Measurement(BigDecimal.ONE, Optional.empty());
    assertThat(Measurement.of(1, 2).plus(open).capacity()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"40, 108, 2g, 8, 13.50", "80, 132, 2g, 8, 16.50", "80, 132, 8g, 13, 10.00"})
  void shouldCountShares(long gib, int units, String unitMemory, String unitProc, String shares) {
    var settings =
        new Settings("[accel.cuda]", Map.of("unit_mem", unitMemory, "unit-proc", unitProc));

    var unit = ShareUnits.of(settings);

    assertThat(unit.sharesOf(CARD.sized(gib * GIB, units))).isEqualTo(new BigDecimal(shares));
    assertThat(unit.memoryOf(new BigDecimal("1.5"))).isEqualTo(unit.memoryBytes() * 3 / 2);
    assertThat(unit.unitsOf(new BigDecimal("0.1"))).isEqualTo(4);
  }

  @Test
  void shouldNameTheSettingThatIsWrong() {
    var settings =
        new Settings("[accel.cuda]", Map.of("unit_mem", "2x", "a", "maybe", "b", "c", "d", "1,5"));
    refused(() -> settings.bytes("unit-mem", "1g"), "for unit-mem in [accel.cuda], but got '2x'");
    refused(() -> settings.flag("a", true), "true or false");
    refused(() -> settings.choice("b", "discrete", "fractional"), "discrete, fractional");
    refused(() -> settings.decimal("d", "1"), "a number");
    refused(() -> settings.allowing("unit-mem", "a", "b"), "but got d");
  }

  private static void refused(ThrowingCallable call, String part) {
    assertThatThrownBy(call)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Expected ")
        .hasMessageContaining(part);
  }
}
