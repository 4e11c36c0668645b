package org.polykern.scheduler.queue;

import java.util.Comparator;

/** Higher priority first, then older, then the smaller id, so that the order is total. */
public final class FifoOrder {
  public static final Comparator<PendingSession> COMPARATOR =
      Comparator.comparingInt(PendingSession::priority)
          .reversed()
          .thenComparing(PendingSession::createdAt)
          .thenComparing(session -> session.id().value().toString());

  private FifoOrder() {}
}
