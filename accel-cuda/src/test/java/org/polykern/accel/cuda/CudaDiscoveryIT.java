package org.polykern.accel.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.polykern.accel.Device;
import org.polykern.accel.Health;
import org.polykern.accel.Link;
import org.polykern.accel.Slot;
import org.polykern.accel.SlotType;

/** Discovery through the real binding, with a library of our own behind it. */
final class CudaDiscoveryIT {
  private static final long GIB = 1L << 30;

  @TempDir Path directory;

  @Test
  void shouldListGpus() throws Exception {
    try (var cuda = FakeNvml.withGpus(directory, 2).open(Map.of())) {
      var found = cuda.discover().ownedBy("cuda");

      assertThat(found.problem()).isEmpty();
      assertThat(found.facts())
          .containsEntry("nvidia_driver", "535.161.08")
          .containsEntry("cuda_runtime", "12.2")
          .containsEntry("cuda_support", "true");
      assertThat(found.slots()).extracting(Slot::name).containsExactly("cuda.device");
      assertThat(found.devices())
          .extracting(Device::id)
          .containsExactly(FakeNvml.uuid(0), FakeNvml.uuid(1));
      var first = found.devices().getFirst();
      assertThat(first.model()).isEqualTo("NVIDIA H100 80GB HBM3");
      assertThat(first.location()).isEqualTo("0000:10:00.0");
      assertThat(first.numaNode()).isZero();
      assertThat(found.devices().getLast().numaNode()).isEqualTo(1);
      assertThat(first.memoryBytes()).isEqualTo(80 * GIB);
      assertThat(first.processingUnits()).isEqualTo(132);
      assertThat(first.health()).isEqualTo(Health.OK);
      assertThat(first.attributes()).containsEntry("index", "0").containsEntry("minor", "0");
    }
  }

  @Test
  void shouldSucceedWithoutGpus() throws Exception {
    try (var cuda = FakeNvml.in(directory).open(Map.of())) {
      assertThat(cuda.discover().devices()).isEmpty();
      assertThat(cuda.discover().problem()).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0, 10, PCIe switch, 50",
    "0, 40, memory node, 20",
    "0, 50, between sockets, 10",
    "4, 10, NVLink x4, 104"
  })
  void shouldLinkGpus(int links, int ancestor, String kind, int rank) throws Exception {
    var fake = FakeNvml.withGpus(directory, 2).set("ancestor.0.1", ancestor);
    for (var link = 0; link < links; link++) {
      fake.gpu(0, "link." + link, "0:11:0").gpu(1, "link." + link, "0:10:0");
    }
    fake.gpu(0, "link." + links, "off");
    try (var cuda = fake.open(Map.of())) {
      assertThat(cuda.discover().devices())
          .extracting(Device::links)
          .containsExactly(
              List.of(new Link(FakeNvml.uuid(1), kind, rank)),
              List.of(new Link(FakeNvml.uuid(0), kind, rank)));
    }
  }

  @Test
  void shouldLinkGpusThroughSwitches() throws Exception {
    var fake = FakeNvml.withGpus(directory, 3);
    for (var gpu = 0; gpu < 3; gpu++) {
      for (var link = 0; link < 12 + gpu; link++) {
        fake.gpu(gpu, "link." + link, "switch");
      }
    }
    try (var cuda = fake.open(Map.of())) {
      assertThat(cuda.discover().devices().getLast().links())
          .containsExactly(
              new Link(FakeNvml.uuid(0), "NVSwitch x12", 112),
              new Link(FakeNvml.uuid(1), "NVSwitch x13", 113));
    }
  }

  @Test
  void shouldOfferSlicesInsteadOfACardThatIsCut() throws Exception {
    var fake = FakeNvml.withGpus(directory, 2).gpu(1, "mig", 1);
    fake.slice(1, 0, "MIG-aaaa", new Gpu.Attributes(60, 3, 3, 40_448));
    fake.slice(1, 2, "MIG-bbbb", new Gpu.Attributes(16, 1, 1, 9_728));
    fake.slice(1, 3, "MIG-cccc", new Gpu.Attributes(16, 3, 1, 40_448));
    try (var cuda = fake.open(Map.of())) {
      var found = cuda.discover().ownedBy("cuda");

      assertThat(found.slots())
          .extracting(Slot::name)
          .containsExactly(
              "cuda.device",
              "cuda.device:3g.40gb-mig",
              "cuda.device:1g.10gb-mig",
              "cuda.device:1c.3g.40gb-mig");
      assertThat(found.slots()).last().extracting(Slot::type).isEqualTo(SlotType.UNIQUE);
      assertThat(found.devices())
          .extracting(Device::id)
          .containsExactly(FakeNvml.uuid(0), "MIG-aaaa", "MIG-bbbb", "MIG-cccc");
      var slice = found.devices().get(2);
      assertThat(slice.processingUnits()).isEqualTo(16);
      assertThat(slice.numaNode()).isEqualTo(1);
      assertThat(slice.attributes()).containsEntry("parent", FakeNvml.uuid(1));
      assertThat(found.exclusive()).contains("cuda.device", "cuda.device:*-mig");
    }
  }

  @Test
  void shouldTakeAProfileFromTheDriversName() throws Exception {
    var fake = FakeNvml.withGpus(directory, 1).gpu(0, "mig", 1);
    fake.slice(0, 0, "MIG-aaaa", new Gpu.Attributes(16, 1, 1, 9_728));
    fake.gpu(0, "mig.0.name", "NVIDIA H100 80GB HBM3 MIG 1g.10gb+me");
    try (var cuda = fake.open(Map.of())) {
      assertThat(cuda.discover().devices().getFirst().slot())
          .isEqualTo("cuda.device:1g.10gb+me-mig");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "5, 1, 1, 40, 1g.5gb",
    "19, 3, 3, 40, 3g.20gb",
    "69, 3, 3, 141, 3g.71gb",
    "16, 1, 1, 141, 1g.18gb",
    "33, 2, 1, 300, 1c.2g.33gb"
  })
  void shouldNameProfilesAsTheVendorDoes(
      long gib, int slices, int computeSlices, long card, String expected) {
    var attributes = new Gpu.Attributes(16, slices, computeSlices, gib * GIB - 100);
    assertThat(SliceProfile.built(attributes, card * GIB - 100)).isEqualTo(expected);
  }

  @Test
  void shouldOfferShares() throws Exception {
    var settings = Map.of("allocation-mode", "fractional", "unit-mem", "8g", "unit-proc", "13");
    try (var cuda = FakeNvml.withGpus(directory, 1).open(settings)) {
      var found = cuda.discover();
      assertThat(found.slots()).extracting(Slot::name).containsExactly("cuda.shares");
      assertThat(found.devices().getFirst().amount()).isEqualTo(new BigDecimal("10.00"));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0",
    "GPU-00000000-0000-0000-0000-000000000000",
    "00000000-0000-0000-0000-000000000000"
  })
  void shouldNotOfferMaskedGpus(String mask) throws Exception {
    try (var cuda = FakeNvml.withGpus(directory, 2).open(Map.of("device_mask", mask))) {
      assertThat(cuda.discover().devices())
          .extracting(Device::id)
          .containsExactly(FakeNvml.uuid(1));
    }
  }
}
