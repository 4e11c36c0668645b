package org.polykern.accel.allocation;

import java.math.BigDecimal;

/** A request that is not met. Nothing was taken. */
public final class AllocationRefused extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** Why. */
  public enum Reason {
    /** Not enough is free now. */
    INSUFFICIENT,
    /** Slots that exclude each other are in one request. */
    INVALID_COMBINATION,
    /** A unique device was not asked for exactly once. */
    INVALID_ARGUMENT,
    /** The amount is less than the smallest step. */
    BELOW_QUANTUM,
    /** Enough is free, but in too small parts. */
    FRAGMENTED,
    /** This machine has no such slot. */
    UNSUPPORTED
  }

  private final Reason reason;
  private final String slot;
  private final BigDecimal allocatable;

  AllocationRefused(Reason reason, String slot, BigDecimal allocatable, String message) {
    super(message);
    this.reason = reason;
    this.slot = slot;
    this.allocatable = allocatable;
  }

  AllocationRefused(Reason reason, String slot, String message) {
    this(reason, slot, BigDecimal.ZERO, message);
  }

  public Reason reason() {
    return reason;
  }

  public String slot() {
    return slot;
  }

  /** How much of the slot could have been had; only for {@link Reason#INSUFFICIENT}. */
  public BigDecimal allocatable() {
    return allocatable;
  }
}
