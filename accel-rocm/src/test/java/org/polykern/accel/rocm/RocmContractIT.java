package org.polykern.accel.rocm;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.polykern.accel.Accelerator;
import org.polykern.accel.AcceleratorContract;
import org.polykern.accel.AcceleratorPlugin;

final class RocmContractIT extends AcceleratorContract {
  @TempDir Path root;

  @Override
  protected AcceleratorPlugin plugin() {
    return new RocmPlugin();
  }

  @Override
  protected Accelerator open() throws Exception {
    return FakeMachine.withGpus(root, 3).xgmi(1, 2).library("ROCM_SMI", 3).open("rocm-smi");
  }
}
