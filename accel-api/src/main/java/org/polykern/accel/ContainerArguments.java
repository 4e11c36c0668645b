package org.polykern.accel;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a plug-in adds to a container. The host merges the answers of all plug-ins; where two set
 * the same variable to different values, or name different runtimes, the container is refused.
 *
 * @param environment variables; the user's own of the same name do not win
 * @param deviceNodes nodes it may open
 * @param mounts beside the session's own
 * @param deviceRequests what the engine adds by itself
 * @param runtime the engine's runtime, when it must be another than its default
 * @param preload absolute host paths of libraries for {@code LD_PRELOAD}; the host mounts them
 * @param groups numeric group ids that the user in the container joins
 * @param systemCalls names that the container's system call filter must allow besides
 * @param resourceLines lines of {@code resource.txt}, key to value; keys do not end in {@code
 *     _SHARES}
 * @param attached the devices, for the kernel's record
 */
public record ContainerArguments(
    Map<String, String> environment,
    List<DeviceNode> deviceNodes,
    List<BindMount> mounts,
    List<DeviceRequest> deviceRequests,
    Optional<String> runtime,
    List<String> preload,
    Set<Integer> groups,
    Set<String> systemCalls,
    Map<String, String> resourceLines,
    List<AttachedDevice> attached) {
  public static final ContainerArguments NONE = builder().build();

  public ContainerArguments {
    environment = Collections.unmodifiableMap(new LinkedHashMap<>(environment));
    deviceNodes = List.copyOf(deviceNodes);
    mounts = List.copyOf(mounts);
    deviceRequests = List.copyOf(deviceRequests);
    preload = List.copyOf(preload);
    groups = Collections.unmodifiableSet(new LinkedHashSet<>(groups));
    systemCalls = Collections.unmodifiableSet(new LinkedHashSet<>(systemCalls));
    resourceLines = Collections.unmodifiableMap(new LinkedHashMap<>(resourceLines));
    attached = List.copyOf(attached);
  }

  public static Builder builder() {
    return new Builder();
  }

  /** Collects arguments one by one. */
  public static final class Builder {
    private final Map<String, String> environment = new LinkedHashMap<>();
    private final List<DeviceNode> deviceNodes = new ArrayList<>();
    private final List<BindMount> mounts = new ArrayList<>();
    private final List<DeviceRequest> deviceRequests = new ArrayList<>();
    private Optional<String> runtime = Optional.empty();
    private final List<String> preload = new ArrayList<>();
    private final Set<Integer> groups = new LinkedHashSet<>();
    private final Set<String> systemCalls = new LinkedHashSet<>();
    private final Map<String, String> resourceLines = new LinkedHashMap<>();
    private final List<AttachedDevice> attached = new ArrayList<>();

    private Builder() {}

    public Builder environment(String name, String value) {
      environment.put(name, value);
      return this;
    }

    public Builder deviceNode(DeviceNode node) {
      deviceNodes.add(node);
      return this;
    }

    public Builder mount(BindMount mount) {
      mounts.add(mount);
      return this;
    }

    public Builder deviceRequest(DeviceRequest request) {
      deviceRequests.add(request);
      return this;
    }

    public Builder runtime(String name) {
      runtime = Optional.of(name);
      return this;
    }

    public Builder preload(String library) {
      preload.add(library);
      return this;
    }

    public Builder group(int id) {
      groups.add(id);
      return this;
    }

    public Builder systemCall(String name) {
      systemCalls.add(name);
      return this;
    }

    public Builder resourceLine(String key, String value) {
      resourceLines.put(key, value);
      return this;
    }

    public Builder resourceLines(Map<String, String> lines) {
      resourceLines.putAll(lines);
      return this;
    }

    public Builder attached(AttachedDevice device) {
      attached.add(device);
      return this;
    }

    public ContainerArguments build() {
      return new ContainerArguments(
          environment,
          deviceNodes,
          mounts,
          deviceRequests,
          runtime,
          preload,
          groups,
          systemCalls,
          resourceLines,
          attached);
    }
  }
}
