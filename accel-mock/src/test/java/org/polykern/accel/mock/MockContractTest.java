package org.polykern.accel.mock;

import java.nio.file.Path;
import java.util.Map;
import org.polykern.accel.Accelerator;
import org.polykern.accel.AcceleratorContract;
import org.polykern.accel.AcceleratorPlugin;
import org.polykern.accel.PluginContext;
import org.polykern.accel.Settings;

final class MockContractTest extends AcceleratorContract {
  @Override
  protected AcceleratorPlugin plugin() {
    return new MockPlugin();
  }

  @Override
  protected Accelerator open() throws Exception {
    var file = Path.of("samples", "slices.toml").toAbsolutePath().toString();
    var settings = new Settings("[accel.mock]", Map.of("file", file));
    return plugin()
        .open(new PluginContext(settings, Map.of(), Path.of("."), System.getLogger("mock")));
  }
}
