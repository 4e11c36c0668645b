package org.polykern.agent.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.polykern.agent.backend.Usage;
import org.polykern.agent.runnerlink.Refusals;

final class KernelMetricsTest {
  @Test
  void shouldWriteDecimalTexts() {
    var metrics = KernelMetrics.of(new Usage(12_345_600_000L, 256 << 20, 0, 9), 1L << 30);
    assertThat(metrics.get("cpu_used").toString())
        .contains("current=12345.6", "pct=0.00", "unit_hint=msec", "capacity=null");
    assertThat(metrics.get("mem").toString())
        .contains("current=268435456", "capacity=1073741824", "pct=25.00", "unit_hint=bytes");
  }

  @Test
  void shouldShowWhatTheJailRefused() {
    assertThat(KernelMetrics.of(Refusals.NONE)).isEmpty();
    var metrics = KernelMetrics.of(new Refusals(42, Map.of("connect", 42L)));
    assertThat(metrics.get("jail_refused").toString())
        .contains("current=42", "capacity=null", "unit_hint=count", "calls={connect=42}");
  }
}
