package org.polykern.accel.host;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.polykern.accel.ContainerArguments;

/** Brings the arguments of several plug-ins together. */
final class ArgumentMerge {
  private ArgumentMerge() {}

  /**
   * @throws IllegalArgumentException when two contradict each other
   */
  static ContainerArguments of(List<ContainerArguments> parts) {
    var merged = ContainerArguments.builder();
    var environment = new LinkedHashMap<String, String>();
    var lines = new LinkedHashMap<String, String>();
    var runtime = Optional.<String>empty();
    for (var part : parts) {
      put(environment, part.environment(), "variable");
      put(lines, part.resourceLines(), "line");
      part.deviceNodes().forEach(merged::deviceNode);
      part.mounts().forEach(merged::mount);
      part.deviceRequests().forEach(merged::deviceRequest);
      part.preload().forEach(merged::preload);
      part.groups().forEach(merged::group);
      part.systemCalls().forEach(merged::systemCall);
      part.attached().forEach(merged::attached);
      var wanted = part.runtime();
      if (runtime.isPresent() && wanted.isPresent() && !runtime.equals(wanted)) {
        throw contradiction("runtime of the engine", runtime.get(), wanted.get());
      }
      runtime = runtime.or(() -> wanted);
    }
    environment.forEach(merged::environment);
    runtime.ifPresent(merged::runtime);
    return merged.resourceLines(lines).build();
  }

  private static void put(Map<String, String> all, Map<String, String> more, String what) {
    more.forEach((name, value) -> {
      var had = all.putIfAbsent(name, value);
      if (had != null && !had.equals(value)) {
        throw contradiction(what + " " + name, had, value);
      }
    });
  }

  private static IllegalArgumentException contradiction(String what, String one, String other) {
    return new IllegalArgumentException(
        "Expected the plug-ins to agree on the "
            + what
            + ", but one wants '"
            + one
            + "' and another '"
            + other
            + "'; ask for their devices in two sessions");
  }
}
