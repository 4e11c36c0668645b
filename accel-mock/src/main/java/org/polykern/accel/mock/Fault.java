package org.polykern.accel.mock;

import java.util.List;

/**
 * One entry of {@code faults}.
 *
 * @param call which call it concerns, for the kinds that concern one
 * @param device index, uuid or id of a device, for the kinds that concern one
 * @param every 1 = each call, 3 = each third
 * @param seconds how long it hangs
 */
record Fault(Kind kind, Call call, String device, int every, int seconds) {
  /** What goes wrong. */
  enum Kind {
    /** The device fell off the bus: it is sick. */
    LOST,
    /** It has memory errors that cannot be corrected: it is sick. */
    ECC,
    /** It has memory errors that were corrected: it is degraded. */
    DEGRADED,
    /** It is not listed. */
    VANISHED,
    /** The call throws. */
    ERROR,
    /**
     * The call returns late, and no interrupt helps: like a library that is stuck in the driver.
     */
    HANG,
    /** Discovery answers slots that are not the plug-in's own. */
    NONSENSE;

    boolean ofDevice() {
      return List.of(LOST, ECC, DEGRADED, VANISHED).contains(this);
    }
  }

  /** Calls of the interface. */
  enum Call {
    DISCOVER,
    ARGUMENTS,
    MEASURE
  }
}
