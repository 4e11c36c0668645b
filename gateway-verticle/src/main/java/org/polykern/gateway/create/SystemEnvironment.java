package org.polykern.gateway.create;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.polykern.common.id.SessionId;
import org.polykern.gateway.auth.Caller;

/**
 * The {@code BACKENDAI_} variables that are the same for all kernels of a session. Those of one
 * kernel are added by the scheduler when it starts the kernel.
 */
final class SystemEnvironment {
  private SystemEnvironment() {}

  /** The user's variables with the system's on top. */
  static Map<String, String> of(SessionId id, CreateRequest request, Caller owner, Image image) {
    var environ = new LinkedHashMap<>(request.config().environ());
    environ.put("BACKENDAI_SESSION_ID", id.toString());
    environ.put("BACKENDAI_SESSION_NAME", request.name());
    environ.put("BACKENDAI_ACCESS_KEY", owner.accessKey());
    environ.put("BACKENDAI_CLUSTER_SIZE", Integer.toString(request.clusterSize()));
    environ.put("BACKENDAI_CLUSTER_REPLICAS", replicas(request.clusterSize()));
    environ.put("BACKENDAI_CLUSTER_HOSTS", String.join(",", hosts(request.clusterSize())));
    environ.put("BACKENDAI_KERNEL_IMAGE", image.name());
    environ.put("BACKENDAI_USER_UUID", owner.userId().toString());
    environ.put("BACKENDAI_USER_EMAIL", owner.email());
    environ.put("BACKENDAI_USER_NAME", owner.userName());
    var services = image.label("ai.backend.service-ports");
    if (services != null) {
      environ.put("BACKENDAI_SERVICE_PORTS", services);
    }
    if (!request.config().preopenPorts().isEmpty()) {
      environ.put(
          "BACKENDAI_PREOPEN_PORTS",
          request.config().preopenPorts().stream()
              .map(String::valueOf)
              .collect(Collectors.joining(",")));
    }
    return environ;
  }

  /** Host names of all kernels, the main one first. */
  static List<String> hosts(int size) {
    var hosts = new ArrayList<String>();
    hosts.add("main1");
    for (var index = 1; index < size; index++) {
      hosts.add("sub" + index);
    }
    return hosts;
  }

  private static String replicas(int size) {
    return size == 1 ? "main:1" : "main:1,sub:" + (size - 1);
  }
}
