package org.polykern.common.kernel;

import org.polykern.common.session.SessionStatus;

/**
 * What an agent observes. The order is a clock: within one generation a later state beats an
 * earlier one, so reports may arrive late, twice or out of order.
 */
public enum KernelState {
  /** Accepted, nothing made yet. */
  PREPARING(10, SessionStatus.PREPARING),
  /** The image is being fetched. */
  PULLING(20, SessionStatus.PULLING),
  /** Container and runner are being started. */
  CREATING(30, SessionStatus.CREATING),
  /** The runner answers. */
  RUNNING(40, SessionStatus.RUNNING),
  /** Being stopped. */
  TERMINATING(50, SessionStatus.TERMINATING),
  /** Verifiably gone after it had been created; devices are free. */
  TERMINATED(60, SessionStatus.TERMINATED),
  /** Refused before anything ran: another agent may try. Devices are free. */
  REJECTED(60, SessionStatus.CANCELLED),
  /** The start failed after the container had been created; it is gone, devices are free. */
  FAILED(60, SessionStatus.CANCELLED);

  private final int rank;
  private final SessionStatus status;

  KernelState(int rank, SessionStatus status) {
    this.rank = rank;
    this.status = status;
  }

  /** The logical clock within one generation. */
  public int rank() {
    return rank;
  }

  /** The row's status that this state asks for. */
  public SessionStatus status() {
    return status;
  }

  /** The agent holds nothing of this kernel any more. */
  public boolean isGone() {
    return rank == 60;
  }
}
