package org.polykern.accel.mock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.polykern.accel.Accelerator;
import org.polykern.accel.Census;
import org.polykern.accel.ContainerArguments;
import org.polykern.accel.Device;
import org.polykern.accel.Discovery;
import org.polykern.accel.Grant;
import org.polykern.accel.Health;
import org.polykern.accel.PluginContext;
import org.polykern.accel.Reading;
import org.polykern.accel.Settings;
import org.polykern.accel.Target;
import org.polykern.accel.allocation.Affinity;
import org.polykern.accel.allocation.AllocationRefused;
import org.polykern.accel.allocation.DeviceCapacity;
import org.polykern.accel.allocation.DeviceLedger;
import org.polykern.accel.allocation.SlotRule;

final class MockAcceleratorTest {
  private static final Path CARDS = Path.of("samples", "eight-cards.toml");
  private static final Path SLICES = Path.of("samples", "slices.toml");
  private static final String FIRST = "6f0c52aa-0b1e-4c5e-8f4e-0000000000a0";
  private static final String SLICE = "cuda.device:1g.10gb-mig";

  @TempDir Path directory;
  private int edits;

  @Test
  void shouldOfferWholeCards() throws Exception {
    try (var mock = open(CARDS, Map.of())) {
      var found = mock.discover().ownedBy("cuda");

      assertThat(amounts(found)).isEqualTo("{cuda.device=8}");
      assertThat(found.devices()).extracting(Device::numaNode).contains(0, 1);
      assertThat(found.devices().getFirst().memoryBytes()).isEqualTo(80L << 30);
      assertThat(found.facts()).containsEntry("nvidia_driver", "535.161.08");
    }
  }

  @Test
  void shouldOfferShares() throws Exception {
    var settings = Map.of("allocation_mode", "fractional", "unit_mem", "8g", "unit_proc", "13");
    try (var mock = open(CARDS, settings)) {
      var found = mock.discover();

      assertThat(amounts(found)).isEqualTo("{cuda.shares=80.00}");
      assertThat(found.slots().getFirst().quantum()).isEqualTo("0.1");
      var grant = new Grant(Map.of("cuda.shares", Map.of(FIRST, new BigDecimal("2.5"))));
      var arguments = mock.arguments(grant, Target.PROCESS);
      assertThat(arguments.resourceLines())
          .containsEntry("CUDA_RESOURCE_VIRTUALIZED", "1")
          .containsEntry("CUDA_MEMORY_LIMITS", FIRST + ":" + (20L << 30))
          .containsEntry("CUDA_PROCESSOR_LIMITS", FIRST + ":32")
          .containsEntry("CUDA_RESERVED_MEMORY", "67108864");
      assertThat(arguments.attached().getFirst().data())
          .isEqualTo(Map.of("smp", 32L, "mem", 20L << 30));
    }
  }

  @Test
  void shouldOfferSlicesOfACard() throws Exception {
    try (var mock = open(SLICES, Map.of())) {
      var found = mock.discover().ownedBy("cuda");

      assertThat(amounts(found))
          .isEqualTo(
              "{cuda.device=1, cuda.device:1g.10gb-mig=2, cuda.device:2g.20gb-mig=1,"
                  + " cuda.device:3g.40gb-mig=1}");
      var ledger = ledger(found);
      ledger.take("a", Map.of(SLICE, BigDecimal.ONE), Affinity.INTERLEAVED);
      ledger.take("b", Map.of(SLICE, BigDecimal.ONE), Affinity.INTERLEAVED);
      assertThat(refusal(ledger, Map.of(SLICE, BigDecimal.ONE)))
          .isEqualTo(AllocationRefused.Reason.INSUFFICIENT);
      assertThat(refusal(ledger, Map.of(SLICE, BigDecimal.TWO)))
          .isEqualTo(AllocationRefused.Reason.INVALID_ARGUMENT);
      assertThat(refusal(ledger, Map.of(SLICE, BigDecimal.ONE, "cuda.device", BigDecimal.ONE)))
          .isEqualTo(AllocationRefused.Reason.INVALID_COMBINATION);
    }
  }

  @Test
  void shouldTellContainersWhatTheyHave() throws Exception {
    try (var mock = open(CARDS, Map.of())) {
      var ids = mock.discover().devices().stream().map(Device::id).limit(2).toList();
      var grant = Grant.of("cuda.device", ids.get(1), ids.get(0));

      var arguments = mock.arguments(grant, Target.PROCESS);

      assertThat(arguments.environment())
          .containsEntry("BACKENDAI_MOCK_CUDA_DEVICES", String.join(",", ids))
          .containsEntry("BACKENDAI_MOCK_CUDA_DEVICE_COUNT", "2")
          .containsEntry("TF_MIN_GPU_MULTIPROCESSOR_COUNT", "4");
      assertThat(arguments.resourceLines())
          .containsEntry("CUDA_GLOBAL_DEVICE_IDS", "0:" + ids.get(0) + ",1:" + ids.get(1));
      assertThat(arguments.attached()).hasSize(2);
      assertThat(arguments.deviceNodes()).isEmpty();
      assertThat(mock.arguments(Grant.NONE, Target.PROCESS)).isEqualTo(ContainerArguments.NONE);
    }
  }

  @Test
  void shouldMeasureTheDeclaredLoad() throws Exception {
    var file = edited(CARDS, "[simulation]\nfixed = true\nload = 0.5\n");
    try (var mock = open(file, Map.of())) {
      mock.discover();
      var census =
          new Census(
              Map.of("c", Grant.of("cuda.device", FIRST)), Map.of(7L, "c", 8L, "c", 9L, "other"));

      var readings =
          mock.measure(census).stream().collect(Collectors.toMap(r -> r.metric().key(), r -> r));

      assertThat(readings.keySet())
          .containsExactlyInAnyOrder("cuda_mem", "cuda_util", "cuda_power", "cuda_temperature");
      assertThat(node(readings.get("cuda_mem"))).isEqualTo(BigDecimal.valueOf(8 * (40L << 30)));
      assertThat(node(readings.get("cuda_util"))).isEqualTo("400");
      assertThat(node(readings.get("cuda_temperature"))).isEqualByComparingTo("60");
      var memory = readings.get("cuda_mem");
      assertThat(memory.containers().get("c").value()).isEqualTo(BigDecimal.valueOf(40L << 30));
      assertThat(memory.processes().keySet()).containsExactlyInAnyOrder(7L, 8L);
      assertThat(memory.processes().get(7L).value()).isEqualTo(BigDecimal.valueOf(20L << 30));
    }
  }

  @Test
  void shouldRepeatItsFiguresForTheSameSeed() throws Exception {
    var file = edited(CARDS, "[simulation]\nseed = 7\n");
    try (var one = open(file, Map.of());
        var other = open(file, Map.of())) {
      one.discover();
      other.discover();
      var first = one.measure(Census.NOBODY);
      assertThat(other.measure(Census.NOBODY)).isEqualTo(first);
      assertThat(one.measure(Census.NOBODY)).isNotEqualTo(first);
      for (var reading : first) {
        reading
            .devices()
            .values()
            .forEach(value ->
                assertThat(value.value())
                    .isBetween(BigDecimal.ZERO, value.capacity().orElseThrow()));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"lost, SICK", "ecc, SICK", "degraded, DEGRADED"})
  void shouldBreakADeviceWhileItRuns(String kind, Health.State state) throws Exception {
    var file = edited(CARDS, "");
    try (var mock = open(file, Map.of())) {
      assertThat(mock.discover().devices()).allMatch(d -> d.health().equals(Health.OK));

      edit(file, "[[faults]]\nkind = \"" + kind + "\"\ndevice = \"3\"\n");

      var devices = mock.discover().devices();
      assertThat(devices.get(3).health().state()).isEqualTo(state);
      assertThat(devices).filteredOn(d -> d.health().equals(Health.OK)).hasSize(7);
    }
  }

  @Test
  void shouldHideDevicesThatVanishedOrAreMasked() throws Exception {
    var file = edited(CARDS, "[[faults]]\nkind = \"vanished\"\ndevice = \"" + FIRST + "\"\n");
    try (var mock = open(file, Map.of("device-mask", "1, 7"))) {
      assertThat(mock.discover().devices())
          .extracting(d -> d.attributes().get("index"))
          .containsExactly("2", "3", "4", "5", "6");
      assertThat(mock.measure(Census.NOBODY).getFirst().devices()).hasSize(5);
    }
  }

  @Test
  void shouldFailEachThirdCall() throws Exception {
    var file = edited(CARDS, "[[faults]]\nkind = \"error\"\ncall = \"measure\"\nevery = 3\n");
    try (var mock = open(file, Map.of())) {
      mock.discover();
      mock.measure(Census.NOBODY);
      mock.measure(Census.NOBODY);
      assertThatThrownBy(() -> mock.measure(Census.NOBODY)).hasMessageContaining("call 3");
      assertThat(mock.measure(Census.NOBODY)).isNotEmpty();
    }
  }

  @Test
  void shouldHangInspiteOfAnInterrupt() throws Exception {
    var file = edited(CARDS, "[[faults]]\nkind = \"hang\"\ncall = \"discover\"\nseconds = 1\n");
    try (var mock = open(file, Map.of())) {
      Thread.currentThread().interrupt();
      var start = System.nanoTime();
      mock.discover();
      assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(1_000_000_000);
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  void shouldAnswerNonsenseThatTheHostNotices() throws Exception {
    var file = edited(CARDS, "[[faults]]\nkind = \"nonsense\"\n");
    try (var mock = open(file, Map.of())) {
      assertThatThrownBy(() -> mock.discover().ownedBy(mock.key()))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void shouldSayWhereItLookedForTheFile() throws Exception {
    try (var mock = open(directory.resolve("none.toml"), Map.of())) {
      assertThat(mock.discover().problem().orElseThrow()).contains("none.toml");
      assertThat(mock.measure(Census.NOBODY)).isEmpty();
    }
  }

  @Test
  void shouldKeepItsKindWhileItIsOpen() throws Exception {
    var file = edited(CARDS, "");
    try (var mock = open(file, Map.of())) {
      Files.writeString(file, Files.readString(file).replace("\"cuda\"", "\"rocm\""));
      touch(file);
      assertThatThrownBy(mock::discover).hasMessageContaining("restart the agent");
    }
  }

  @Test
  void shouldSearchTheConfigurationDirectoryFirst() throws Exception {
    var here = Files.copy(CARDS, directory.resolve(FileSearch.NAME));
    var settings = Settings.none();
    var log = System.getLogger("mock");
    var home = Map.of("HOME", "/home/someone");
    var search = FileSearch.find(new PluginContext(settings, home, directory, log));
    assertThat(search.file()).contains(here);
    assertThat(search.places())
        .containsExactly(
            here,
            Path.of(FileSearch.NAME),
            Path.of("/home/someone/.config/backend.ai", FileSearch.NAME),
            Path.of("/etc/backend.ai", FileSearch.NAME));
    var variable = Map.of("BACKEND_CONFIG_FILE", "/etc/mine.toml");
    assertThat(FileSearch.find(new PluginContext(settings, variable, directory, log)).places())
        .containsExactly(Path.of("/etc/mine.toml"));
  }

  @Test
  void shouldRefuseSettingsThatItDoesNotKnow() {
    assertThatThrownBy(() -> open(CARDS, Map.of("quantum", "1")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("quantum-size");
  }

  private Accelerator open(Path file, Map<String, String> settings) throws Exception {
    var all = new java.util.HashMap<>(settings);
    all.put("file", file.toAbsolutePath().toString());
    var context =
        new PluginContext(
            new Settings("[accel.mock]", all), Map.of(), directory, System.getLogger("mock"));
    return new MockPlugin().open(context);
  }

  private Path edited(Path sample, String more) throws Exception {
    var file = Files.copy(sample, directory.resolve("edited.toml"));
    edit(file, more);
    return file;
  }

  private void edit(Path file, String more) throws Exception {
    Files.writeString(file, Files.readString(file) + "\n" + more);
    touch(file);
  }

  /** Edits of one test may be closer together than the file system's clock can tell. */
  private void touch(Path file) throws Exception {
    Files.setLastModifiedTime(file, FileTime.fromMillis(1_000_000L * ++edits));
  }

  private static BigDecimal node(Reading reading) {
    return reading.node().orElseThrow().value();
  }

  private static String amounts(Discovery found) {
    return found.devices().stream()
        .collect(
            Collectors.toMap(Device::slot, Device::amount, BigDecimal::add, java.util.TreeMap::new))
        .toString();
  }

  private static DeviceLedger ledger(Discovery found) {
    var ledger = new DeviceLedger(DeviceLedger.ORDER);
    ledger.declare(
        "cuda",
        found.slots().stream().map(SlotRule::of).toList(),
        found.devices().stream().map(DeviceCapacity::of).toList(),
        found.exclusive());
    return ledger;
  }

  private static AllocationRefused.Reason refusal(
      DeviceLedger ledger, Map<String, BigDecimal> request) {
    return catchThrowableOfType(
            AllocationRefused.class, () -> ledger.take("c", request, Affinity.INTERLEAVED))
        .reason();
  }
}
