package org.polykern.common.image;

import java.util.List;
import java.util.Map;

/**
 * An image that an agent can run.
 *
 * @param name canonical reference {@code registry/name:tag}; the process backend uses the registry
 *     {@code local}
 * @param aliases short names that mean this image ({@code python}); the first reporter wins
 * @param architecture {@code x86_64} or {@code aarch64}
 * @param digest identity of the content, {@code sha256:...}
 * @param sizeBytes size on disk, 0 when unknown
 * @param labels the image's labels, defaults filled in: {@code ai.backend.runtime-type}, {@code
 *     ai.backend.runtime-path}, {@code ai.backend.resource.min.cpu} ... are always present
 */
public record ImageFacts(
    String name,
    List<String> aliases,
    String architecture,
    String digest,
    long sizeBytes,
    Map<String, String> labels) {
  public ImageFacts {
    aliases = List.copyOf(aliases);
    labels = Map.copyOf(labels);
  }
}
