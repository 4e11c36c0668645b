package org.polykern.common.kernel;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.polykern.common.id.KernelId;
import org.polykern.common.id.SessionId;
import org.polykern.common.resource.ResourceSlots;

/**
 * All that an agent must know to start a kernel. It never changes over the life of the kernel, so a
 * restart sends the same specification with the next generation.
 *
 * @param image canonical name, as the agent itself reported it
 * @param slots what to reserve; always has {@code cpu} and {@code mem}
 * @param shmemBytes size of {@code /dev/shm}
 * @param environ variables for user programs; system variables (BACKENDAI_...) are in it already
 * @param hostname cluster host name, {@code main1}
 * @param bootstrapScript shell text run once before the first code, or null
 * @param startupCommand command of a batch session, or null
 * @param resourceOptions options of the request that the agent may know, passed through
 */
public record KernelSpec(
    KernelId kernelId,
    SessionId sessionId,
    String sessionName,
    String accessKey,
    String userId,
    String projectId,
    String image,
    ResourceSlots slots,
    long shmemBytes,
    Map<String, String> environ,
    String hostname,
    @Nullable String bootstrapScript,
    @Nullable String startupCommand,
    List<Integer> preopenPorts,
    Map<String, Object> resourceOptions) {
  public KernelSpec {
    environ = Map.copyOf(environ);
    preopenPorts = List.copyOf(preopenPorts);
    // Not Map.copyOf: JSON values may be null.
    resourceOptions = Collections.unmodifiableMap(new LinkedHashMap<>(resourceOptions));
  }
}
