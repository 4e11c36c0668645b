package org.polykern.agent.backend;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the runner must know about an image.
 *
 * @param engineRef how the backend itself names it
 * @param path absolute path of the interpreter, null = the runtime's default
 * @param labels of the image
 */
public record ImageRuntime(
    String engineRef, String type, @Nullable String path, Map<String, String> labels) {
  public ImageRuntime {
    labels = Map.copyOf(labels);
  }
}
