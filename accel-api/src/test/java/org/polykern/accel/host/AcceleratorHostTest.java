package org.polykern.accel.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.polykern.accel.Grant;
import org.polykern.accel.PluginContext;
import org.polykern.accel.Settings;
import org.polykern.accel.Target;
import org.polykern.accel.allocation.Affinity;
import org.polykern.accel.allocation.DeviceLedger;

/** Real jars in a directory, good ones and all kinds of bad ones. */
final class AcceleratorHostTest {
  private static final Deadlines DEADLINES =
      new Deadlines(
          Duration.ofSeconds(20),
          Duration.ofSeconds(2),
          Duration.ofSeconds(2),
          Duration.ofSeconds(2));
  private static final BigDecimal TWO = BigDecimal.TWO;

  @TempDir Path work;
  private final DeviceLedger ledger = new DeviceLedger(DeviceLedger.ORDER);
  private Path jars;
  private AcceleratorHost host;

  @BeforeEach
  void open() throws IOException {
    jars = Files.createDirectories(work.resolve("accel"));
    var log = System.getLogger("accel");
    host =
        new AcceleratorHost(
            jars,
            work.resolve("copies"),
            name -> new PluginContext(Settings.none(), Map.of(), work, log),
            DEADLINES,
            ledger,
            log);
  }

  @AfterEach
  void close() throws IOException {
    behave("gpu", "ok");
    host.close();
  }

  @Test
  void shouldOpenAndCloseJarsWhileItRuns() throws Exception {
    assertThat(host.refresh()).isEmpty();

    var jar = add("gpu");
    assertThat(host.refresh()).singleElement().matches(state -> state.problem().isEmpty());
    assertThat(ledger.offered()).isEqualTo(Map.of("gpu.device", TWO));
    ledger.take("k", Map.of("gpu.device", BigDecimal.ONE), Affinity.INTERLEAVED);

    Files.delete(jar);
    assertThat(host.refresh()).isEmpty();
    assertThat(ledger.offered()).isEqualTo(Map.of("gpu.device", BigDecimal.ONE));
    assertThat(ledger.held("k").orElseThrow().deviceIds()).containsExactly("a");

    add("gpu");
    host.refresh();
    assertThat(ledger.offered()).isEqualTo(Map.of("gpu.device", TWO));
    assertThat(ledger.occupied()).isEqualTo(Map.of("gpu.device", BigDecimal.ONE));
  }

  @Test
  void shouldReopenAJarThatWasReplaced() throws Exception {
    add("gpu");
    host.refresh();

    var jar = new TestJar("gpu").with("KEY", "card").build(work, jars.resolve("gpu.jar"));
    Files.setLastModifiedTime(jar, FileTime.fromMillis(1_000_000));

    assertThat(host.refresh().getFirst().key()).contains("card");
    assertThat(ledger.offered())
        .isEqualTo(Map.of("card.device", TWO, "gpu.device", BigDecimal.ZERO));
  }

  @Test
  void shouldLeaveOutAFileThatIsNoJar() throws Exception {
    Files.writeString(jars.resolve("bad.jar"), "no jar at all");
    refused("Expected META-INF/services/");
  }

  @Test
  void shouldLeaveOutAJarWithoutAPlugin() throws Exception {
    new TestJar("bad").service("").build(work, jars.resolve("bad.jar"));
    refused("names 0");
  }

  @Test
  void shouldLeaveOutAPluginForAnotherVersion() throws Exception {
    new TestJar("bad").with("VERSION_NUMBER", "2").build(work, jars.resolve("bad.jar"));
    refused("is of version 2; install the one for this agent");
  }

  @Test
  void shouldLeaveOutAPluginThatThrowsInItsConstructor() throws Exception {
    new TestJar("bad")
        .with("CONSTRUCTOR", "if (true) throw new IllegalStateException(\"no way\");")
        .build(work, jars.resolve("bad.jar"));
    refused("no way");
  }

  @Test
  void shouldLeaveOutAPluginThatNeedsClassesOfTheHost() throws Exception {
    new TestJar("bad")
        .with("CONSTRUCTOR", "org.assertj.core.api.Assertions.assertThat(1);")
        .build(work, jars.resolve("bad.jar"));
    refused("org/assertj/core/api/Assertions");
  }

  @Test
  void shouldLeaveOutAServiceThatIsMissing() throws Exception {
    new TestJar("bad").service("example.Other").build(work, jars.resolve("bad.jar"));
    refused("example.Other");
  }

  @Test
  void shouldLeaveOutTheSecondPluginOfAKind() throws Exception {
    new TestJar("bad").with("KEY", "gpu").build(work, jars.resolve("zz.jar"));
    refused("there is one already");
  }

  @Test
  void shouldNotLetAJarReplaceTheInterface() throws Exception {
    new TestJar("gpu")
        .extraFile("org/polykern/accel/Slot.class")
        .build(work, jars.resolve("gpu.jar"));
    assertThat(host.refresh().getFirst().problem()).isEmpty();
  }

  @Test
  void shouldTryAgainToOpenAPluginThatFailed() throws Exception {
    behave("gpu", "fail-open");
    add("gpu");
    assertThat(host.refresh().getFirst().problem().orElseThrow()).contains("broken in open");

    behave("gpu", "ok");
    assertThat(host.refresh().getFirst().problem()).isEmpty();
    assertThat(ledger.offered()).containsEntry("gpu.device", TWO);
  }

  @ParameterizedTest
  @ValueSource(strings = {"fail-discover", "nonsense", "hang-discover"})
  void shouldWithdrawDevicesUntilThePluginAnswersAgain(String behaviour) throws Exception {
    add("gpu");
    add("npu");
    host.refresh();
    ledger.take("k", Map.of("gpu.device", BigDecimal.ONE), Affinity.INTERLEAVED);

    behave("gpu", behaviour);
    assertThat(host.refresh().getFirst().problem()).isPresent();
    assertThat(ledger.offered()).isEqualTo(Map.of("gpu.device", BigDecimal.ONE, "npu.device", TWO));

    behave("gpu", "ok");
    org.junit.jupiter.api.Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(30),
        () -> {
          while (host.refresh().getFirst().problem().isPresent()) {
            Thread.onSpinWait(); // A call that hung returns in its own time.
          }
        });
    assertThat(ledger.offered()).isEqualTo(Map.of("gpu.device", TWO, "npu.device", TWO));
  }

  @Test
  void shouldRefuseAtOnceWhileACallHangs() throws Exception {
    add("gpu");
    host.refresh();
    behave("gpu", "hang-measure");
    assertThat(host.measure(Map.of(), Map.of())).isEmpty();

    var grant = Grant.of("gpu.device", "a");
    for (var call = 0; call < 1000; call++) {
      assertThatThrownBy(() -> host.arguments(grant, Target.PROCESS))
          .isInstanceOf(PluginFailure.class)
          .hasMessageContaining("return from measure");
    }
  }

  @Test
  void shouldHideDevicesEvenWhileThePluginHangs() throws Exception {
    add("gpu");
    host.refresh();
    var hidden = host.arguments(Grant.NONE, Target.PROCESS);
    behave("gpu", "hang-arguments");

    assertThatThrownBy(() -> host.arguments(Grant.of("gpu.device", "a"), Target.PROCESS))
        .isInstanceOf(PluginFailure.class);

    assertThat(host.arguments(Grant.NONE, Target.PROCESS)).isEqualTo(hidden);
    var elsewhere = new Target(Target.Kind.ENGINE, Set.of(), Set.of());
    assertThatThrownBy(() -> host.arguments(Grant.NONE, elsewhere))
        .isInstanceOf(PluginFailure.class);
  }

  @Test
  void shouldBringArgumentsTogether() throws Exception {
    add("gpu");
    add("npu");
    host.refresh();
    var grant =
        new Grant(
            Map.of(
                "cpu", Map.of("0", BigDecimal.ONE),
                "gpu.device", Map.of("a", BigDecimal.ONE),
                "npu.device", Map.of("b", BigDecimal.ONE)));

    assertThat(host.arguments(grant, Target.PROCESS).environment())
        .isEqualTo(Map.of("gpu_DEVICES", "a", "npu_DEVICES", "b", "SHARED", "1"));
    assertThatThrownBy(() -> host.arguments(Grant.of("tpu.device", "a"), Target.PROCESS))
        .isInstanceOf(PluginFailure.class)
        .hasMessageContaining("[tpu]");
  }

  @Test
  void shouldRefuseArgumentsThatContradictEachOther() throws Exception {
    add("gpu");
    new TestJar("npu").with("SHARED_VALUE", "2").build(work, jars.resolve("npu.jar"));
    host.refresh();
    assertThatThrownBy(() -> host.arguments(Grant.NONE, Target.PROCESS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("variable SHARED");
  }

  @Test
  void shouldMeasureEachPluginsOwnDevices() throws Exception {
    add("gpu");
    add("npu");
    host.refresh();
    behave("npu", "fail-measure");

    var readings = host.measure(Map.of("c", Grant.of("gpu.device", "a")), Map.of());

    assertThat(readings).singleElement().matches(r -> r.metric().key().equals("gpu_mem"));
    assertThat(readings.getFirst().containers()).containsOnlyKeys("c");
  }

  @Test
  void shouldLeaveNoCopiesOfJarsBehind() throws Exception {
    add("gpu");
    Files.writeString(jars.resolve("bad.jar"), "no jar at all");
    host.refresh();
    assertThat(copies()).hasSize(1);
    host.close();
    assertThat(copies()).isEmpty();

    Files.writeString(work.resolve("copies/copy1.jar"), "of a host that was killed");
    open();
    assertThat(copies()).isEmpty();
  }

  private Set<Path> copies() throws IOException {
    try (var files = Files.list(work.resolve("copies"))) {
      return files.collect(java.util.stream.Collectors.toSet());
    }
  }

  /** The one jar that is bad has that sentence, and a good one beside it works. */
  private void refused(String part) throws IOException {
    add("gpu");
    var states = host.refresh();
    assertThat(states).hasSize(2);
    assertThat(states.stream().flatMap(state -> state.problem().stream()))
        .singleElement()
        .asString()
        .contains(part);
    assertThat(ledger.offered()).isEqualTo(Map.of("gpu.device", TWO));
  }

  private Path add(String name) throws IOException {
    return new TestJar(name).build(work, jars.resolve(name + ".jar"));
  }

  private void behave(String name, String what) throws IOException {
    Files.writeString(work.resolve("new"), what);
    Files.move(
        work.resolve("new"),
        work.resolve(name + ".behaviour"),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
  }
}
