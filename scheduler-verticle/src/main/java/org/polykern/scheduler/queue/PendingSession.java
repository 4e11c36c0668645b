package org.polykern.scheduler.queue;

import java.time.Instant;
import java.util.List;
import org.polykern.common.id.SessionId;

/**
 * A session that waits for agents for all of its kernels.
 *
 * @param oneAgent all kernels must share one agent (a single-node cluster)
 * @param kernels main kernel first
 * @param lastDeferral why it was deferred last time, to see whether that changed
 */
public record PendingSession(
    SessionId id,
    String scalingGroup,
    int priority,
    Instant createdAt,
    boolean oneAgent,
    List<PendingKernel> kernels,
    KnownDeferral lastDeferral) {
  public PendingSession {
    kernels = List.copyOf(kernels);
  }

  /**
   * What the row says about earlier tries.
   *
   * @param retries how often the reason was written
   * @param message the summary written last, empty when there is none
   */
  public record KnownDeferral(int retries, String message) {
    public static final KnownDeferral NONE = new KnownDeferral(0, "");
  }
}
