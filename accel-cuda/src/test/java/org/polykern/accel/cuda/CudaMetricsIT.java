package org.polykern.accel.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.polykern.accel.Census;
import org.polykern.accel.Grant;
import org.polykern.accel.Measurement;
import org.polykern.accel.Reading;

final class CudaMetricsIT {
  private static final long GIB = 1L << 30;

  @TempDir Path directory;

  @Test
  void shouldMeasureMachineDevicesAndContainers() throws Exception {
    try (var cuda = FakeNvml.withGpus(directory, 3).open(Map.of())) {
      cuda.discover();
      var grant = Grant.of("cuda.device", FakeNvml.uuid(0), FakeNvml.uuid(2));

      var readings = byKey(cuda, new Census(Map.of("c", grant), Map.of()));

      var memory = readings.get("cuda_mem");
      assertThat(memory.node()).contains(Measurement.of(6 * GIB, 240 * GIB));
      assertThat(memory.devices())
          .containsEntry(FakeNvml.uuid(1), Measurement.of(2 * GIB, 80 * GIB));
      assertThat(memory.containers()).isEqualTo(Map.of("c", Measurement.of(4 * GIB, 160 * GIB)));
      var busy = readings.get("cuda_util");
      assertThat(busy.node()).contains(Measurement.of(60, 300));
      assertThat(busy.containers()).isEqualTo(Map.of("c", Measurement.of(40, 200)));
      assertThat(readings.get("cuda_power").node()).contains(Measurement.of(600, 2100));
      assertThat(readings.get("cuda_temperature").node().orElseThrow().value())
          .isEqualByComparingTo("41");
    }
  }

  @Test
  void shouldCountTheReserveWhereTheDriverCannotTellItApart() throws Exception {
    var fake = FakeNvml.withGpus(directory, 1).set("call.nvmlDeviceGetMemoryInfo_v2", 13);
    try (var cuda = fake.open(Map.of())) {
      cuda.discover();
      assertThat(byKey(cuda, Census.NOBODY).get("cuda_mem").node())
          .contains(Measurement.of(GIB + GIB / 2, 80 * GIB));
    }
  }

  @Test
  void shouldLeaveOutWhatAGpuDoesNotSupport() throws Exception {
    var fake = FakeNvml.withGpus(directory, 2).unset("gpu.1.busy").unset("gpu.1.power");
    try (var cuda = fake.open(Map.of())) {
      cuda.discover();
      var readings = byKey(cuda, Census.NOBODY);
      assertThat(readings.get("cuda_util").devices()).containsOnlyKeys(FakeNvml.uuid(0));
      assertThat(readings.get("cuda_power").devices()).containsOnlyKeys(FakeNvml.uuid(0));
      assertThat(readings.get("cuda_mem").devices()).hasSize(2);
    }
  }

  @Test
  void shouldReportSlicesAsIdleRatherThanLeaveThemOut() throws Exception {
    var fake =
        FakeNvml.withGpus(directory, 1)
            .slice(0, 0, "MIG-a", new Gpu.Attributes(16, 1, 1, 10 * 1024));
    try (var cuda = fake.open(Map.of())) {
      cuda.discover();
      var readings = byKey(cuda, Census.NOBODY);
      assertThat(readings.get("cuda_mem").devices())
          .isEqualTo(Map.of("MIG-a", Measurement.of(GIB, 10 * GIB)));
      assertThat(readings.get("cuda_util").devices())
          .isEqualTo(Map.of("MIG-a", Measurement.of(0, 100)));
      assertThat(readings.get("cuda_power").devices()).isEmpty();
    }
  }

  @Test
  void shouldMeasureProcessesOfContainers() throws Exception {
    var fake =
        FakeNvml.withGpus(directory, 2)
            .gpu(0, "processes", "100:1024,200:all-ones,300:5")
            .gpu(1, "processes", "100:6");
    try (var cuda = fake.open(Map.of())) {
      cuda.discover();
      var grant = Grant.of("cuda.device", FakeNvml.uuid(0), FakeNvml.uuid(1));
      var census = new Census(Map.of("c", grant), Map.of(100L, "c", 200L, "c", 400L, "c"));

      assertThat(byKey(cuda, census).get("cuda_mem").processes())
          .isEqualTo(Map.of(100L, Measurement.of(1030, 160 * GIB)));
    }
  }

  @Test
  void shouldCountOfASharedGpuOnlyWhatTheContainerUses() throws Exception {
    var settings = Map.of("allocation-mode", "fractional", "unit-mem", "8g", "unit-proc", "13");
    var fake = FakeNvml.withGpus(directory, 1).gpu(0, "processes", "100:1024,200:4096");
    try (var cuda = fake.open(settings)) {
      cuda.discover();
      var half = new Grant(Map.of("cuda.shares", Map.of(FakeNvml.uuid(0), BigDecimal.TWO)));
      var census = new Census(Map.of("a", half, "b", half), Map.of(100L, "a", 200L, "b"));

      assertThat(byKey(cuda, census).get("cuda_mem").containers())
          .isEqualTo(
              Map.of("a", Measurement.of(1024, 16 * GIB), "b", Measurement.of(4096, 16 * GIB)));
    }
  }

  private static Map<String, Reading> byKey(CudaAccelerator cuda, Census census) {
    return cuda.measure(census).stream().collect(Collectors.toMap(r -> r.metric().key(), r -> r));
  }
}
