package org.polykern.accel.cuda;

import java.util.Map;

/** How many multiprocessors a GPU has: the library has no call for it that all drivers answer. */
final class Multiprocessors {
  private static final int MOSTLY = 128;
  private static final int SMALL = 64;
  private static final Map<Integer, Integer> CORES =
      Map.of(60, SMALL, 70, SMALL, 72, SMALL, 75, SMALL, 80, SMALL);

  private Multiprocessors() {}

  /** 0 when it cannot be told. */
  static int of(Gpu gpu) {
    try {
      return gpu.attributes().units();
    } catch (NvmlException e) {
      if (e.isLost()) {
        throw e;
      }
    }
    try {
      return gpu.cores() / CORES.getOrDefault(gpu.computeCapability(), MOSTLY);
    } catch (NvmlException e) {
      if (e.isLost()) {
        throw e;
      }
      return 0;
    }
  }
}
