package org.polykern.accel.cuda;

import org.polykern.accel.ShareUnits;
import org.polykern.accel.Slot;
import org.polykern.accel.SlotDisplay;

/** The slots of this plug-in. */
final class Slots {
  static final String KEY = "cuda";
  static final String DEVICE = "cuda.device";
  static final String SHARES = "cuda.shares";
  static final String ANY_SLICE = "cuda.device:*-mig";
  private static final String ICON = "gpu1";

  private Slots() {}

  static Slot whole() {
    return Slot.devices(DEVICE, SlotDisplay.devices("GPU", "CUDA-capable GPU"));
  }

  static Slot shares(ShareUnits units) {
    return Slot.shares(
        SHARES,
        new SlotDisplay("fGPU", "CUDA-capable GPU (fractional)", "fGPU", false, 2, ICON),
        units.quantum());
  }

  static Slot slice(String profile) {
    return Slot.unique(
        DEVICE + ":" + profile + "-mig",
        new SlotDisplay("MIG " + profile, "Slice of a CUDA-capable GPU", "slice", false, 0, ICON));
  }
}
