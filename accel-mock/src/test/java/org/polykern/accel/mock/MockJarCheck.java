package org.polykern.accel.mock;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.polykern.accel.Accelerator;
import org.polykern.accel.PluginContext;
import org.polykern.accel.PluginJarContract;
import org.polykern.accel.Settings;
import org.polykern.accel.Target;
import org.polykern.accel.allocation.Affinity;
import org.polykern.accel.allocation.DeviceLedger;
import org.polykern.accel.host.AcceleratorHost;
import org.polykern.accel.host.Deadlines;

final class MockJarCheck extends PluginJarContract {
  @TempDir Path work;

  @Override
  protected Settings settings() {
    var file = Path.of("samples", "eight-cards.toml").toAbsolutePath().toString();
    return new Settings("[accel.mock]", Map.of("file", file));
  }

  @Override
  protected void check(Accelerator accelerator) throws Exception {
    assertThat(accelerator.discover().devices()).hasSize(8);
  }

  /** From the jar in a directory to the environment of a container, as an agent does it. */
  @Test
  void shouldGoAllTheWayThroughAHost() throws Exception {
    var jars = Files.createDirectory(work.resolve("accel"));
    Files.copy(Path.of(System.getProperty("polykern.accel.jar")), jars.resolve("mock.jar"));
    var ledger = new DeviceLedger(DeviceLedger.ORDER);
    var log = System.getLogger("accel");
    var copies = work.resolve("copies");
    try (var host =
        new AcceleratorHost(
            jars,
            copies,
            name -> new PluginContext(settings(), Map.of(), work, log),
            Deadlines.USUAL,
            ledger,
            log)) {
      assertThat(host.refresh()).allMatch(state -> state.problem().isEmpty());
      assertThat(ledger.offered()).containsEntry("cuda.device", new BigDecimal("8"));

      var request = Map.of("cuda.device", BigDecimal.TWO);
      var grant = ledger.take("k", request, Affinity.PREFER_SINGLE_NODE);

      assertThat(host.arguments(grant, Target.PROCESS).environment())
          .containsEntry("BACKENDAI_MOCK_CUDA_DEVICES", String.join(",", grant.deviceIds()));
      assertThat(host.measure(Map.of("c", grant), Map.of()))
          .isNotEmpty()
          .filteredOn(reading -> reading.metric().key().equals("cuda_mem"))
          .allMatch(reading -> reading.containers().containsKey("c"));
    }
  }
}
