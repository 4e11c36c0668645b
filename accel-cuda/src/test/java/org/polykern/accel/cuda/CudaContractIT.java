package org.polykern.accel.cuda;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.polykern.accel.Accelerator;
import org.polykern.accel.AcceleratorContract;
import org.polykern.accel.AcceleratorPlugin;

final class CudaContractIT extends AcceleratorContract {
  @TempDir Path directory;

  @Override
  protected AcceleratorPlugin plugin() {
    return new CudaPlugin();
  }

  @Override
  protected Accelerator open() throws Exception {
    return FakeNvml.withGpus(directory, 3)
        .set("ancestor.0.1", 10)
        .slice(2, 0, "MIG-a", new Gpu.Attributes(16, 1, 1, 9_728))
        .open(Map.of());
  }
}
