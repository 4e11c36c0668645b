package org.polykern.accel;

/** What an amount of a slot means. */
public enum SlotType {
  /** A number of devices or of parts of them. */
  COUNT,
  /** Bytes. */
  BYTES,
  /** A device that differs from all others, such as a slice of a card: a request is exactly 1. */
  UNIQUE
}
