package org.polykern.common.kernel;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.polykern.common.id.KernelId;
import org.polykern.common.id.SessionId;
import org.polykern.common.problem.Problem;

/**
 * The whole state of one kernel as its agent sees it. Applying it twice is harmless.
 *
 * @param generation which start this is about; a restart raises it by one
 * @param reason short code as in the specification ({@code new-container-started}, {@code
 *     user-requested}, {@code self-terminated} ...)
 * @param containerId engine's id, or {@code pid:N}, null before creation
 * @param host address at which the agent reaches the kernel, null before creation
 * @param devices slot name to device ids, as allocated
 * @param exitCode of the container when it is gone, else null
 * @param failure why a start was refused or failed, else null
 * @param stats last metrics, metric name to metric object; empty when unknown
 */
public record KernelObserved(
    KernelId kernelId,
    SessionId sessionId,
    int generation,
    KernelState state,
    String reason,
    @Nullable String containerId,
    @Nullable String host,
    List<ServicePort> servicePorts,
    Map<String, List<String>> devices,
    @Nullable Integer exitCode,
    @Nullable Problem failure,
    Map<String, Object> stats) {
  public KernelObserved {
    servicePorts = List.copyOf(servicePorts);
    devices = Map.copyOf(devices);
    // Not Map.copyOf: JSON values may be null.
    stats = Collections.unmodifiableMap(new LinkedHashMap<>(stats));
  }

  /** Whether this replaces {@code known}: the greater (generation, rank) wins. */
  public boolean isNewerThan(KernelObserved known) {
    return generation != known.generation
        ? generation > known.generation
        : state.rank() > known.state.rank();
  }
}
