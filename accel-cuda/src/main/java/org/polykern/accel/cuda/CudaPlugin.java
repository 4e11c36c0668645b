package org.polykern.accel.cuda;

import java.nio.file.Path;
import org.polykern.accel.Accelerator;
import org.polykern.accel.AcceleratorPlugin;
import org.polykern.accel.PluginContext;

/** The entry of the jar. */
public final class CudaPlugin implements AcceleratorPlugin {
  @Override
  public int version() {
    return 1;
  }

  @Override
  public String name() {
    return Slots.KEY;
  }

  @Override
  public Accelerator open(PluginContext context) {
    return new CudaAccelerator(CudaSettings.of(context.settings()), Path.of("/"), context.log());
  }
}
