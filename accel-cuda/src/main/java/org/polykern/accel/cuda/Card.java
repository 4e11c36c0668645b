package org.polykern.accel.cuda;

import java.util.Optional;
import org.polykern.accel.Device;
import org.polykern.accel.Health;

/**
 * A device as it was seen last.
 *
 * @param gpu to ask; empty once the GPU is lost
 * @param index of the GPU on the machine
 * @param minor of the GPU's device node {@code /dev/nvidia<minor>}, or -1
 * @param slice which part of the GPU; empty for a whole one
 */
record Card(Device device, Optional<Gpu> gpu, int index, int minor, Optional<Slice> slice) {
  /** Ids by which the driver's capability files call a slice. */
  record Slice(int gpuInstance, int computeInstance) {}

  /** By id, and as older records and people write it: index or bare UUID. */
  boolean isCalled(String name) {
    return name.equals(device.id())
        || device.id().equals("GPU-" + name)
        || (slice.isEmpty() && name.equals(Integer.toString(index)));
  }

  /** The same one, not to be asked any more. */
  Card lost(Health health) {
    return new Card(device.feeling(health), Optional.empty(), index, minor, slice);
  }
}
