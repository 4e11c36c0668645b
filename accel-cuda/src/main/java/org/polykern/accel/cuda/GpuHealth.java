package org.polykern.accel.cuda;

import java.util.function.Supplier;
import org.polykern.accel.Health;

/** How a GPU is, from what the library tells of its memory. */
final class GpuHealth {
  private GpuHealth() {}

  private static final Health LOST =
      Health.sick("The GPU fell off the bus or needs a reset; reset it or restart the machine.");

  /** Of a GPU that does not answer. */
  static Health of(NvmlException failure) {
    return failure.isLost()
        ? LOST
        : Health.sick(
            "The GPU does not answer: " + failure.getMessage() + "; see what nvidia-smi says.");
  }

  static Health of(Gpu gpu) {
    return errors(gpu).and(rows(gpu));
  }

  private static Health errors(Gpu gpu) {
    return told(() -> {
      var errors = gpu.uncorrectedErrors();
      return errors == 0
          ? Health.OK
          : Health.sick(
              "The GPU has " + errors + " memory errors that could not be corrected; reset it.");
    });
  }

  private static Health rows(Gpu gpu) {
    return told(() -> {
      var rows = gpu.remappedRows();
      if (rows.failed()) {
        return Health.sick("The GPU has no spare memory rows left; have it replaced.");
      }
      return rows.pending()
          ? Health.degraded("The GPU waits for a reset to replace broken memory rows.")
          : Health.OK;
    });
  }

  /** A GPU that cannot tell is not sick for that. */
  private static Health told(Supplier<Health> question) {
    try {
      return question.get();
    } catch (NvmlException e) {
      if (e.isLost()) {
        throw e;
      }
      return Health.OK;
    }
  }
}
