package org.polykern.common.db;

/** What publishers and readers of the table {@code event_log} must agree on. */
public final class EventLog {
  /**
   * Number of the advisory lock that a publisher holds until its rows are committed. A reader who
   * takes it shared sees all that was published before.
   */
  public static final long PUBLISHERS = 0x706b_6576_656e_7473L;

  private EventLog() {}
}
