package org.polykern.accel.mock;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.polykern.accel.Accelerator;
import org.polykern.accel.PluginJarContract;
import org.polykern.accel.Settings;

final class MockJarCheck extends PluginJarContract {
  @Override
  protected Settings settings() {
    var file = Path.of("samples", "eight-cards.toml").toAbsolutePath().toString();
    return new Settings("[accel.mock]", Map.of("file", file));
  }

  @Override
  protected void check(Accelerator accelerator) throws Exception {
    assertThat(accelerator.discover().devices()).hasSize(8);
  }
}
