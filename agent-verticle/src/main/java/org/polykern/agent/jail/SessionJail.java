package org.polykern.agent.jail;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The jail of one session.
 *
 * @param description the object {@code jail} of {@code runner.json}
 * @param plugins jars that the runner needs copies of
 */
public record SessionJail(Map<String, Object> description, List<Path> plugins) {
  public SessionJail {
    description = Map.copyOf(description);
    plugins = List.copyOf(plugins);
  }
}
