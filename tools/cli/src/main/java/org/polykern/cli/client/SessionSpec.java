package org.polykern.cli.client;

import java.util.List;
import java.util.Map;

/**
 * What a new session should be.
 *
 * @param name unique among the caller's living sessions
 * @param image reference or alias
 * @param environ environment of the user's programs
 * @param resources slot name to quantity, such as {@code cpu} to {@code 1}; {@code shmem} is
 *     accepted here too
 * @param reuse whether a living session of this name and image will do
 * @param enqueueOnly answer before it runs
 * @param maxWaitSeconds how long to wait for it to run; 0 = without limit
 * @param preopenPorts container ports that can be reached as services, named by their numbers
 */
public record SessionSpec(
    String name,
    String image,
    Map<String, String> environ,
    Map<String, String> resources,
    boolean reuse,
    boolean enqueueOnly,
    int maxWaitSeconds,
    List<Integer> preopenPorts) {
  public SessionSpec {
    preopenPorts = List.copyOf(preopenPorts);
  }

  /** Without ports of its own. */
  public SessionSpec(
      String name,
      String image,
      Map<String, String> environ,
      Map<String, String> resources,
      boolean reuse,
      boolean enqueueOnly,
      int maxWaitSeconds) {
    this(name, image, environ, resources, reuse, enqueueOnly, maxWaitSeconds, List.of());
  }
}
