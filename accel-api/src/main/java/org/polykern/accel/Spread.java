package org.polykern.accel;

/** How an amount that needs more than one device is laid out. */
public enum Spread {
  /** As equal as possible over as few devices as possible. */
  EVENLY,
  /** One device after the other, each to the brim. */
  FILL
}
