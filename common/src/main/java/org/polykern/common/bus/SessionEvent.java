package org.polykern.common.bus;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.polykern.common.id.KernelId;
import org.polykern.common.id.SessionId;

/**
 * Something happened to a session or one of its kernels; published to every node after its
 * transaction committed. A hint: whoever needs certainty reads the row.
 *
 * @param name as in the client API: session_enqueued, session_scheduled, session_preparing,
 *     kernel_preparing, kernel_pulling, kernel_creating, kernel_started, session_started,
 *     kernel_terminating, kernel_terminated, kernel_cancelled, session_terminated,
 *     session_cancelled, session_success, session_failure
 * @param kernelId of kernel events, else null
 */
public record SessionEvent(
    String name,
    SessionId sessionId,
    @Nullable KernelId kernelId,
    String sessionName,
    String ownerAccessKey,
    String reason,
    @Nullable Integer exitCode,
    Instant at) {}
