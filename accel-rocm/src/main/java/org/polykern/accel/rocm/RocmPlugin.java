package org.polykern.accel.rocm;

import java.nio.file.Path;
import org.polykern.accel.Accelerator;
import org.polykern.accel.AcceleratorPlugin;
import org.polykern.accel.PluginContext;

/** The entry of the jar. */
public final class RocmPlugin implements AcceleratorPlugin {
  @Override
  public int version() {
    return 1;
  }

  @Override
  public String name() {
    return RocmAccelerator.KEY;
  }

  @Override
  public Accelerator open(PluginContext context) {
    return new RocmAccelerator(RocmSettings.of(context.settings()), Path.of("/"));
  }
}
