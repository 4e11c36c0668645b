package org.polykern.accel.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.polykern.accel.Census;
import org.polykern.accel.Device;
import org.polykern.accel.Grant;
import org.polykern.accel.Health;
import org.polykern.accel.Target;

/** Drivers and GPUs that fail. */
final class CudaFaultIT {
  @TempDir Path directory;

  @Test
  void shouldRunWithoutADriver() throws Exception {
    var none = Map.of("library", directory.resolve("none.so").toString());
    try (var cuda = FakeNvml.in(directory).open(none)) {
      assertThat(cuda.discover().problem().orElseThrow()).contains("install the driver");
      assertThat(cuda.discover().slots()).hasSize(1);
      assertThat(cuda.measure(Census.NOBODY)).allMatch(reading -> reading.devices().isEmpty());
      assertThat(cuda.arguments(Grant.NONE, Target.PROCESS).deviceNodes()).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "9, to be loaded",
    "12, a stub",
    "13, a stub",
    "18, restart the machine",
    "999, Unknown Error"
  })
  void shouldSayWhyTheLibraryDoesNotStart(int code, String words) throws Exception {
    var fake = FakeNvml.withGpus(directory, 1).set("call.nvmlInit_v2", code);
    try (var cuda = fake.open(Map.of())) {
      assertThat(cuda.discover().problem().orElseThrow())
          .startsWith("Expected ")
          .contains(words)
          .doesNotContain("driver itself");
      fake.file("proc/driver/nvidia/version", "NVRM version: 535.161.08\n");
      assertThat(cuda.discover().problem().orElseThrow()).contains("driver itself is loaded");
    }
  }

  @Test
  void shouldFindADriverThatIsLoadedLater() throws Exception {
    var fake = FakeNvml.withGpus(directory, 1).set("call.nvmlInit_v2", 9);
    try (var cuda = fake.open(Map.of())) {
      assertThat(cuda.discover().devices()).isEmpty();
      fake.unset("call.nvmlInit_v2");
      assertThat(cuda.discover().devices()).hasSize(1);
    }
  }

  @ParameterizedTest
  @CsvSource({"15", "16"})
  void shouldKeepAGpuThatFellOffTheBusAsSick(int code) throws Exception {
    var fake = FakeNvml.withGpus(directory, 2);
    try (var cuda = fake.open(Map.of())) {
      assertThat(health(cuda, 1)).isEqualTo(Health.State.OK);

      fake.gpu(1, "code", code);

      var found = cuda.discover();
      assertThat(found.devices())
          .extracting(Device::id)
          .containsExactly(FakeNvml.uuid(0), FakeNvml.uuid(1));
      assertThat(health(cuda, 1)).isEqualTo(Health.State.SICK);
      assertThat(health(cuda, 0)).isEqualTo(Health.State.OK);
      assertThat(cuda.measure(Census.NOBODY).getFirst().devices())
          .containsOnlyKeys(FakeNvml.uuid(0));
      var grant = Grant.of("cuda.device", FakeNvml.uuid(1));
      assertThat(cuda.arguments(grant, Target.PROCESS).attached()).hasSize(1);

      fake.unset("gpu.1.code");
      assertThat(health(cuda, 1)).isEqualTo(Health.State.OK);
    }
  }

  @Test
  void shouldSayWhatAGpuAnswersInsteadOfCallingItLost() throws Exception {
    var fake = FakeNvml.withGpus(directory, 1);
    try (var cuda = fake.open(Map.of())) {
      cuda.discover();
      fake.gpu(0, "code", 4);
      assertThat(cuda.discover().devices().getFirst().health().sentence())
          .contains("nvmlDeviceGetHandleByIndex")
          .contains("code 4");
    }
  }

  @Test
  void shouldStartOnAMachineWithALostGpu() throws Exception {
    var fake = FakeNvml.withGpus(directory, 2).gpu(0, "code", 15);
    try (var cuda = fake.open(Map.of())) {
      assertThat(cuda.discover().devices())
          .extracting(Device::id)
          .containsExactly(FakeNvml.uuid(1));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "uncorrected, 3, SICK",
    "rows-failed, 1, SICK",
    "rows-pending, 1, DEGRADED",
    "uncorrected, 0, OK"
  })
  void shouldTellMemoryErrors(String key, int value, Health.State expected) throws Exception {
    var fake = FakeNvml.withGpus(directory, 1).gpu(0, key, value);
    try (var cuda = fake.open(Map.of())) {
      assertThat(health(cuda, 0)).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @CsvSource({"79, SICK", "48, SICK", "94, DEGRADED", "31, OK"})
  void shouldHearOfErrorsThatTheDriverReports(int xid, Health.State expected) throws Exception {
    var fake = FakeNvml.withGpus(directory, 2);
    try (var cuda = fake.open(Map.of())) {
      assertThat(health(cuda, 1)).isEqualTo(Health.State.OK);

      fake.set("event.0", "1:31").set("event.1", "1:" + xid);

      assertThat(health(cuda, 1)).isEqualTo(expected);
      assertThat(health(cuda, 1)).isEqualTo(expected); // It stays, though the event is gone.
      assertThat(health(cuda, 0)).isEqualTo(Health.State.OK);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "nvmlDeviceGetMinorNumber", "nvmlDeviceGetMigMode", "nvmlDeviceGetTotalEccErrors",
    "nvmlDeviceGetRemappedRows", "nvmlEventSetCreate", "nvmlDeviceRegisterEvents",
    "nvmlDeviceGetTopologyCommonAncestor", "nvmlDeviceGetNumGpuCores", "nvmlDeviceGetMemoryInfo_v2",
    "nvmlSystemGetNVMLVersion", "nvmlSystemGetCudaDriverVersion_v2"
  })
  void shouldWorkWithDriversThatLackACall(String function) throws Exception {
    var fake = FakeNvml.withGpus(directory, 2).set("call." + function, 3);
    try (var cuda = fake.open(Map.of())) {
      assertThat(cuda.discover().devices()).hasSize(2);
      assertThat(health(cuda, 0)).isEqualTo(Health.State.OK);
      assertThat(cuda.measure(Census.NOBODY).getFirst().devices()).hasSize(2);
    }
  }

  private static Health.State health(CudaAccelerator cuda, int gpu) {
    return cuda.discover().devices().get(gpu).health().state();
  }
}
