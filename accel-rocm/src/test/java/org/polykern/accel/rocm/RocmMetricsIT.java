package org.polykern.accel.rocm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.polykern.accel.rocm.FakeMachine.GIB;
import static org.polykern.accel.rocm.FakeMachine.id;

import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.polykern.accel.Census;
import org.polykern.accel.Grant;
import org.polykern.accel.Measurement;
import org.polykern.accel.Reading;

final class RocmMetricsIT {
  @TempDir Path root;

  @Test
  void shouldMeasureBySysfs() throws Exception {
    try (var rocm = FakeMachine.withGpus(root, 2).open("sysfs")) {
      rocm.discover();
      var census = new Census(Map.of("c", Grant.of("rocm.device", id(1))), Map.of());

      var readings = byKey(rocm, census);

      assertThat(readings.get("rocm_mem").node()).contains(Measurement.of(3 * GIB, 384 * GIB));
      assertThat(readings.get("rocm_mem").containers())
          .isEqualTo(Map.of("c", Measurement.of(2 * GIB, 192 * GIB)));
      assertThat(readings.get("rocm_util").node()).contains(Measurement.of(30, 200));
      assertThat(readings.get("rocm_power").node()).contains(Measurement.of(300, 1500));
      assertThat(readings.get("rocm_temperature").devices())
          .containsEntry(id(0), Measurement.of(41, 120));
    }
  }

  @ParameterizedTest
  @CsvSource({"ROCM_SMI, rocm-smi", "AMD_SMI, amd-smi"})
  void shouldPreferTheLibraryAndFillInFromSysfs(String kind, String source) throws Exception {
    try (var rocm = FakeMachine.withGpus(root, 1).library(kind, 1).open(source)) {
      rocm.discover();
      var readings = byKey(rocm, Census.NOBODY);

      assertThat(readings.get("rocm_mem").node()).contains(Measurement.of(77 * GIB, 192 * GIB));
      assertThat(readings.get("rocm_util").node()).contains(Measurement.of(99, 100));
      assertThat(readings.get("rocm_temperature").devices())
          .containsEntry(id(0), Measurement.of(55, 120));
      assertThat(readings.get("rocm_power").node()).contains(Measurement.of(150, 750));
    }
  }

  @Test
  void shouldAskForPowerInTheNewerWay() throws Exception {
    var machine =
        FakeMachine.withGpus(root, 1)
            .library("ROCM_SMI", 1)
            .set("gpu.0.power-now", 222_000_000)
            .set("gpu.0.cap", 700_000_000);
    try (var rocm = machine.open("rocm-smi")) {
      rocm.discover();
      assertThat(byKey(rocm, Census.NOBODY).get("rocm_power").node())
          .contains(Measurement.of(222, 700));
    }
  }

  @Test
  void shouldUseSysfsForAGpuThatTheLibraryCannotReach() throws Exception {
    var machine = FakeMachine.withGpus(root, 2).library("ROCM_SMI", 2);
    try (var rocm = machine.open("rocm-smi")) {
      rocm.discover();
      machine.set("gpu.1.code", 16);
      assertThat(byKey(rocm, Census.NOBODY).get("rocm_mem").devices())
          .containsEntry(id(0), Measurement.of(77 * GIB, 192 * GIB))
          .containsEntry(id(1), Measurement.of(2 * GIB, 192 * GIB));
    }
  }

  @Test
  void shouldTakeDegreesAsWellAsThousandths() throws Exception {
    var machine = FakeMachine.withGpus(root, 1).library("AMD_SMI", 1).set("gpu.0.temperature", 47);
    try (var rocm = machine.open("amd-smi")) {
      rocm.discover();
      assertThat(byKey(rocm, Census.NOBODY).get("rocm_temperature").devices())
          .containsEntry(id(0), Measurement.of(47, 120));
    }
  }

  @Test
  void shouldLeaveOutWhatABoardDoesNotTell() throws Exception {
    var machine =
        FakeMachine.withGpus(root, 2)
            .without("sys/class/drm/renderD128/device/gpu_busy_percent")
            .without("sys/class/drm/renderD128/device/hwmon");
    try (var rocm = machine.open("sysfs")) {
      rocm.discover();
      var readings = byKey(rocm, Census.NOBODY);
      assertThat(readings.get("rocm_util").devices()).containsOnlyKeys(id(1));
      assertThat(readings.get("rocm_power").devices()).containsOnlyKeys(id(1));
      assertThat(readings.get("rocm_mem").devices()).hasSize(2);
    }
  }

  @Test
  void shouldMeasureProcesses() throws Exception {
    var machine =
        FakeMachine.withGpus(root, 2)
            .process(100, 1, 1024)
            .process(100, 2, 6)
            .process(200, 1, 5)
            .process(300, 2, 0);
    try (var rocm = machine.open("sysfs")) {
      rocm.discover();
      var census = new Census(Map.of(), Map.of(100L, "c", 300L, "c", 400L, "c"));
      assertThat(byKey(rocm, census).get("rocm_mem").processes())
          .isEqualTo(Map.of(100L, Measurement.of(1030, 384 * GIB)));
    }
  }

  private static Map<String, Reading> byKey(RocmAccelerator rocm, Census census) {
    return rocm.measure(census).stream().collect(Collectors.toMap(r -> r.metric().key(), r -> r));
  }
}
