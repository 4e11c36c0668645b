package org.polykern.accel.mock;

import org.polykern.accel.Accelerator;
import org.polykern.accel.AcceleratorPlugin;
import org.polykern.accel.PluginContext;

/** The entry of the jar. */
public final class MockPlugin implements AcceleratorPlugin {
  @Override
  public int version() {
    return 1;
  }

  @Override
  public String name() {
    return "mock";
  }

  @Override
  public Accelerator open(PluginContext context) throws Exception {
    return new MockAccelerator(MockSettings.of(context.settings()), FileSearch.find(context));
  }
}
