package org.polykern.gateway.create;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An image that was found. */
record Image(String name, String architecture, Map<String, String> labels) {
  Image {
    labels = Map.copyOf(labels);
  }

  @Nullable String label(String name) {
    return labels.get(name);
  }
}
