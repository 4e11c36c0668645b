package org.polykern.accel.rocm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.polykern.accel.rocm.FakeMachine.GIB;
import static org.polykern.accel.rocm.FakeMachine.id;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.polykern.accel.AttachedDevice;
import org.polykern.accel.Census;
import org.polykern.accel.ContainerArguments;
import org.polykern.accel.Device;
import org.polykern.accel.DeviceNode;
import org.polykern.accel.Grant;
import org.polykern.accel.Health;
import org.polykern.accel.Link;
import org.polykern.accel.Target;

/** Discovery and arguments on a made-up tree of files, with and without a real library. */
final class RocmDiscoveryIT {
  private static final Target ENGINE = new Target(Target.Kind.ENGINE, Set.of("runc"), Set.of());

  @TempDir Path root;

  @Test
  void shouldListGpusOfSysfs() throws Exception {
    try (var rocm = FakeMachine.withGpus(root, 2).open("sysfs")) {
      var found = rocm.discover().ownedBy("rocm");

      assertThat(found.problem()).isEmpty();
      assertThat(found.facts()).containsEntry("source", "sysfs").containsEntry("amdgpu", "6.8.5");
      assertThat(found.devices()).extracting(Device::id).containsExactly(id(0), id(1));
      var first = found.devices().getFirst();
      assertThat(first.model()).isEqualTo("AMD Instinct MI300X OAM");
      assertThat(first.location()).isEqualTo("0000:10:00.0");
      assertThat(first.memoryBytes()).isEqualTo(192 * GIB);
      assertThat(first.processingUnits()).isEqualTo(304);
      assertThat(first.numaNode()).isZero();
      assertThat(found.devices().getLast().numaNode()).isEqualTo(1);
      assertThat(first.attributes()).containsEntry("architecture", "gfx942");
      assertThat(first.links()).containsExactly(new Link(id(1), "PCIe, between memory nodes", 10));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "ROCM_SMI, rocm-smi, Instinct MI300X by SMI, rocm_smi 7.2.0",
    "AMD_SMI, amd-smi, AMD Instinct MI300X OAM, amd_smi"
  })
  void shouldAskTheVendorsLibrary(String kind, String source, String model, String version)
      throws Exception {
    try (var rocm = FakeMachine.withGpus(root, 2).library(kind, 2).open(source)) {
      var found = rocm.discover();

      assertThat(found.facts()).containsEntry("source", version);
      assertThat(found.devices()).extracting(Device::id).containsExactly(id(0), id(1));
      var first = found.devices().getFirst();
      assertThat(first.model()).isEqualTo(model);
      assertThat(first.numaNode()).isEqualTo(3);
      assertThat(first.processingUnits()).isEqualTo(304);
    }
  }

  @Test
  void shouldListWhatOnlyTheLibrarySees() throws Exception {
    try (var rocm = FakeMachine.in(root).library("ROCM_SMI", 1).open("rocm-smi")) {
      var device = rocm.discover().devices().getFirst();

      assertThat(device.id()).isEqualTo(id(0));
      assertThat(device.memoryBytes()).isEqualTo(192 * GIB);
      assertThat(rocm.arguments(Grant.of("rocm.device", id(0)), ENGINE).deviceNodes())
          .contains(DeviceNode.of("/dev/dri/renderD128"));
    }
  }

  @Test
  void shouldFallBackWhenTheLibraryDoesNotStart() throws Exception {
    var machine = FakeMachine.withGpus(root, 1).library("ROCM_SMI", 1).set("call.rsmi_init", 8);
    try (var rocm = machine.open("rocm-smi")) {
      assertThat(rocm.discover().facts()).containsEntry("source", "sysfs");
      assertThat(rocm.discover().devices()).hasSize(1);
    }
  }

  @Test
  void shouldMergePartitionsOfOneGpu() throws Exception {
    var machine = FakeMachine.in(root).device(0, "numa_node", 1);
    for (var part = 0; part < 4; part++) {
      machine.partition(part + 1, part, 0, 76, 48 * GIB);
    }
    try (var rocm = machine.open("sysfs")) {
      var device = rocm.discover().devices().getFirst();

      assertThat(rocm.discover().devices()).hasSize(1);
      assertThat(device.memoryBytes()).isEqualTo(192 * GIB);
      assertThat(device.processingUnits()).isEqualTo(304);
      assertThat(device.attributes()).containsEntry("partitions", "4");
      assertThat(rocm.arguments(Grant.of("rocm.device", id(0)), ENGINE).deviceNodes())
          .extracting(DeviceNode::host)
          .containsExactly(
              "/dev/kfd",
              "/dev/dri/renderD128",
              "/dev/dri/renderD129",
              "/dev/dri/renderD130",
              "/dev/dri/renderD131");
    }
  }

  @Test
  void shouldLinkGpusByXgmi() throws Exception {
    try (var rocm = FakeMachine.withGpus(root, 3).xgmi(1, 3).open("sysfs")) {
      var devices = rocm.discover().devices();
      assertThat(devices.get(0).links()).contains(new Link(id(2), "XGMI", 100));
      assertThat(devices.get(2).links()).contains(new Link(id(0), "XGMI", 100));
      assertThat(devices.get(1).links()).noneMatch(link -> link.rank() == 100);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"dev/kfd", "sys/module/amdgpu"})
  void shouldRunWithoutADriver(String missing) throws Exception {
    try (var rocm = FakeMachine.withGpus(root, 1).without(missing).open("auto")) {
      assertThat(rocm.discover().problem().orElseThrow()).contains("amdgpu");
      assertThat(rocm.discover().devices()).isEmpty();
      assertThat(rocm.measure(Census.NOBODY)).allMatch(reading -> reading.devices().isEmpty());
    }
  }

  @Test
  void shouldKeepAGpuThatIsGoneAsSick() throws Exception {
    var machine = FakeMachine.withGpus(root, 2);
    try (var rocm = machine.open("sysfs")) {
      assertThat(rocm.discover().devices()).hasSize(2);

      machine.withoutGpu(1);

      var devices = rocm.discover().devices();
      assertThat(devices).extracting(Device::id).containsExactly(id(0), id(1));
      assertThat(devices.getLast().health().state()).isEqualTo(Health.State.SICK);
      assertThat(devices.getFirst().health()).isEqualTo(Health.OK);
      assertThat(rocm.measure(Census.NOBODY).getFirst().devices()).containsOnlyKeys(id(0));
    }
  }

  @ParameterizedTest
  @CsvSource({"'ue: 0\nce: 7', OK", "'ue: 2\nce: 7', SICK"})
  void shouldTellMemoryErrors(String content, Health.State expected) throws Exception {
    var machine = FakeMachine.withGpus(root, 1).device(0, "ras/umc_err_count", content);
    try (var rocm = machine.open("sysfs")) {
      assertThat(rocm.discover().devices().getFirst().health().state()).isEqualTo(expected);
    }
  }

  @Test
  void shouldGiveContainersTheNodesOfTheirGpus() throws Exception {
    try (var rocm = FakeMachine.withGpus(root, 2).open("sysfs")) {
      rocm.discover();
      var arguments = rocm.arguments(Grant.of("rocm.device", id(1)), ENGINE);

      assertThat(arguments.deviceNodes())
          .containsExactly(DeviceNode.of("/dev/kfd"), DeviceNode.of("/dev/dri/renderD129"));
      var group = (Integer) Files.getAttribute(root.resolve("dev/kfd"), "unix:gid");
      assertThat(arguments.groups()).containsExactly(group);
      assertThat(arguments.systemCalls()).contains("mbind", "set_mempolicy");
      assertThat(arguments.environment()).isEmpty();
      assertThat(arguments.resourceLines())
          .isEqualTo(Map.of("ROCm_GLOBAL_DEVICE_IDS", "0:" + id(1)));
      assertThat(arguments.attached())
          .containsExactly(
              new AttachedDevice(
                  id(1), "AMD Instinct MI300X OAM", Map.of("smp", 304L, "mem", 192 * GIB)));
      assertThat(rocm.arguments(Grant.NONE, ENGINE)).isEqualTo(ContainerArguments.NONE);
    }
  }

  @Test
  void shouldTellProcessesWhatTheyMayUse() throws Exception {
    try (var rocm = FakeMachine.withGpus(root, 2).open("sysfs")) {
      rocm.discover();
      assertThat(
              rocm.arguments(Grant.of("rocm.device", id(0), id(1)), Target.PROCESS).environment())
          .isEqualTo(Map.of("ROCR_VISIBLE_DEVICES", "GPU-" + id(0) + ",GPU-" + id(1)));
      assertThat(rocm.arguments(Grant.NONE, Target.PROCESS).environment())
          .containsEntry("HIP_VISIBLE_DEVICES", "-1");
    }
  }

  @Test
  void shouldNotOfferMaskedGpus() throws Exception {
    var settings = Map.of("source", "sysfs", "device_mask", "0, " + id(2));
    try (var rocm = FakeMachine.withGpus(root, 3).open(settings)) {
      assertThat(rocm.discover().devices()).extracting(Device::id).isEqualTo(List.of(id(1)));
    }
  }

  @Test
  void shouldRefuseALibraryWithoutItsKind() {
    var machine = FakeMachine.in(root);
    assertThatThrownBy(() -> machine.open(Map.of("library", "/opt/lib.so")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("source");
  }
}
