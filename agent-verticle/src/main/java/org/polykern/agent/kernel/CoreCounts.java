package org.polykern.agent.kernel;

import java.util.LinkedHashMap;
import java.util.Map;
import org.polykern.agent.backend.ImageRuntime;

/**
 * Variables that tell numeric libraries how many cores there are, as the image's label names them.
 */
final class CoreCounts {
  private static final String LABEL = "ai.backend.envs.corecount";

  private CoreCounts() {}

  /** A value that the user has set stays. */
  static Map<String, String> addTo(Map<String, String> environ, ImageRuntime image, int cores) {
    var all = new LinkedHashMap<>(environ);
    for (var name : image.labels().getOrDefault(LABEL, "").split(",", -1)) {
      if (!name.isBlank()) {
        all.putIfAbsent(name.strip(), Integer.toString(cores));
      }
    }
    return all;
  }
}
