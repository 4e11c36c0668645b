package org.polykern.accel.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.polykern.accel.AttachedDevice;
import org.polykern.accel.BindMount;
import org.polykern.accel.ContainerArguments;
import org.polykern.accel.DeviceNode;
import org.polykern.accel.DeviceRequest;
import org.polykern.accel.Grant;
import org.polykern.accel.Target;

/** What containers and processes get, and what the others do not see. */
final class CudaArgumentsIT {
  private static final Target TOOLKIT =
      new Target(Target.Kind.ENGINE, Set.of("runc", "nvidia"), Set.of());
  private static final Target CDI =
      new Target(Target.Kind.ENGINE, Set.of("runc"), Set.of("nvidia.com/gpu"));
  private static final Target BARE = new Target(Target.Kind.ENGINE, Set.of("runc"), Set.of());
  private static final Grant BOTH = Grant.of("cuda.device", FakeNvml.uuid(1), FakeNvml.uuid(0));
  private static final long GIB = 1L << 30;

  @TempDir Path directory;

  @Test
  void shouldRequestDevicesOfTheToolkit() throws Exception {
    var arguments = arguments(Map.of(), BOTH, TOOLKIT);

    assertThat(arguments.deviceRequests())
        .containsExactly(
            new DeviceRequest(
                "nvidia", List.of(FakeNvml.uuid(0), FakeNvml.uuid(1)), List.of(List.of("gpu"))));
    assertThat(arguments.environment())
        .containsEntry("CUDA_DEVICE_ORDER", "PCI_BUS_ID")
        .doesNotContainKeys("CUDA_VISIBLE_DEVICES", "NVIDIA_VISIBLE_DEVICES");
    assertThat(arguments.resourceLines())
        .containsEntry("CUDA_GLOBAL_DEVICE_IDS", "0:" + FakeNvml.uuid(0) + ",1:" + FakeNvml.uuid(1))
        .containsEntry("CUDA_RESOURCE_VIRTUALIZED", "0");
    assertThat(arguments.attached())
        .contains(
            new AttachedDevice(
                FakeNvml.uuid(0), "NVIDIA H100 80GB HBM3", Map.of("smp", 132L, "mem", 80 * GIB)));
  }

  @Test
  void shouldNameDevicesOfCdi() throws Exception {
    var arguments = arguments(Map.of(), Grant.of("cuda.device", FakeNvml.uuid(1)), CDI);

    assertThat(arguments.deviceRequests())
        .containsExactly(DeviceRequest.cdi(List.of("nvidia.com/gpu=" + FakeNvml.uuid(1))));
    assertThat(arguments.environment()).containsEntry("NVIDIA_VISIBLE_DEVICES", "void");
  }

  @Test
  void shouldUseTheRuntimeByChoice() throws Exception {
    var arguments = arguments(Map.of("injection", "runtime"), BOTH, TOOLKIT);

    assertThat(arguments.runtime()).contains("nvidia");
    assertThat(arguments.deviceRequests()).isEmpty();
    assertThat(arguments.environment())
        .containsEntry("NVIDIA_VISIBLE_DEVICES", FakeNvml.uuid(0) + "," + FakeNvml.uuid(1))
        .containsEntry("NVIDIA_DRIVER_CAPABILITIES", "all");
  }

  @Test
  void shouldRefuseAnEngineThatCannotGiveGpus() {
    assertThatThrownBy(() -> arguments(Map.of(), BOTH, BARE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("[runc]")
        .hasMessageContaining("container toolkit");
    assertThatThrownBy(() -> arguments(Map.of("injection", "cdi"), BOTH, TOOLKIT))
        .hasMessageContaining("by cdi");
  }

  @Test
  void shouldHideGpusFromContainersWithoutAny() throws Exception {
    assertThat(arguments(Map.of(), Grant.NONE, TOOLKIT).environment())
        .isEqualTo(Map.of("NVIDIA_VISIBLE_DEVICES", "void", "NVIDIA_DRIVER_CAPABILITIES", ""));
    assertThat(arguments(Map.of(), Grant.NONE, BARE).environment())
        .containsEntry("NVIDIA_VISIBLE_DEVICES", "void");
    assertThat(arguments(Map.of(), Grant.NONE, Target.PROCESS).environment())
        .isEqualTo(Map.of("CUDA_VISIBLE_DEVICES", ""));
  }

  @Test
  void shouldGiveProcessesTheNodesOfTheirGpus() throws Exception {
    var fake = FakeNvml.withGpus(directory, 2).file("dev/nvidiactl", "").file("dev/nvidia-uvm", "");
    try (var cuda = fake.open(Map.of())) {
      cuda.discover();
      var arguments = cuda.arguments(Grant.of("cuda.device", FakeNvml.uuid(1)), Target.PROCESS);

      assertThat(arguments.environment())
          .containsEntry("CUDA_VISIBLE_DEVICES", FakeNvml.uuid(1))
          .containsEntry("CUDA_DEVICE_ORDER", "PCI_BUS_ID");
      assertThat(arguments.deviceNodes())
          .extracting(DeviceNode::host)
          .containsExactly("/dev/nvidiactl", "/dev/nvidia-uvm", "/dev/nvidia1");
    }
  }

  @Test
  void shouldGiveProcessesTheCapabilitiesOfTheirSlices() throws Exception {
    var instance = "proc/driver/nvidia/capabilities/gpu0/mig/gi7/";
    var fake =
        FakeNvml.withGpus(directory, 1)
            .slice(0, 2, "MIG-a", new Gpu.Attributes(16, 1, 1, 9_728))
            .file(instance + "access", "DeviceFileMinor: 30\nDeviceFileMode: 292\n")
            .file(instance + "ci0/access", "DeviceFileMinor: 31\nDeviceFileMode: 292\n");
    try (var cuda = fake.open(Map.of())) {
      var slot = cuda.discover().devices().getFirst().slot();
      var arguments = cuda.arguments(Grant.of(slot, "MIG-a"), Target.PROCESS);

      assertThat(arguments.environment()).containsEntry("CUDA_VISIBLE_DEVICES", "MIG-a");
      assertThat(arguments.deviceNodes())
          .extracting(DeviceNode::host)
          .containsExactly(
              "/dev/nvidia0", "/dev/nvidia-caps/nvidia-cap30", "/dev/nvidia-caps/nvidia-cap31");
    }
  }

  @Test
  void shouldLimitSharesByMps() throws Exception {
    var settings =
        Map.of(
            "allocation-mode", "fractional",
            "unit-mem", "8g",
            "unit-proc", "13",
            "mps-pipe-directory", "/run/mps");
    var shares =
        Map.of(FakeNvml.uuid(0), new BigDecimal("5"), FakeNvml.uuid(1), new BigDecimal("2.5"));

    var arguments = arguments(settings, new Grant(Map.of("cuda.shares", shares)), TOOLKIT);

    assertThat(arguments.environment())
        .containsEntry("CUDA_MPS_PIPE_DIRECTORY", "/run/mps")
        .containsEntry("CUDA_MPS_ACTIVE_THREAD_PERCENTAGE", "24")
        .containsEntry("CUDA_MPS_PINNED_DEVICE_MEM_LIMIT", "0=40960M,1=20480M");
    assertThat(arguments.mounts()).containsExactly(new BindMount("/run/mps", "/run/mps", false));
    assertThat(arguments.resourceLines())
        .containsEntry("CUDA_RESOURCE_VIRTUALIZED", "1")
        .containsEntry(
            "CUDA_MEMORY_LIMITS",
            FakeNvml.uuid(0) + ":" + 40 * GIB + "," + FakeNvml.uuid(1) + ":" + 20 * GIB)
        .containsEntry(
            "CUDA_PROCESSOR_LIMITS", FakeNvml.uuid(0) + ":65," + FakeNvml.uuid(1) + ":32")
        .containsEntry("CUDA_RESERVED_MEMORY", Long.toString(64L << 20));
    assertThat(arguments.attached().getFirst().data())
        .isEqualTo(Map.of("smp", 65L, "mem", 40 * GIB));
  }

  @Test
  void shouldKnowDevicesOfOlderRecordsByIndex() throws Exception {
    var arguments = arguments(Map.of(), Grant.of("cuda.device", "1"), TOOLKIT);
    assertThat(arguments.deviceRequests().getFirst().deviceIds()).containsExactly(FakeNvml.uuid(1));
  }

  private ContainerArguments arguments(Map<String, String> settings, Grant grant, Target target)
      throws Exception {
    try (var cuda = FakeNvml.withGpus(directory, 2).open(settings)) {
      cuda.discover();
      return cuda.arguments(grant, target);
    }
  }
}
