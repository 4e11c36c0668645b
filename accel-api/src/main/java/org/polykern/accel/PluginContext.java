package org.polykern.accel;

import java.nio.file.Path;
import java.util.Map;

/**
 * What the host gives to a plug-in.
 *
 * @param settings the plug-in's own part of the host's configuration
 * @param environment variables of the host's process
 * @param configuration the host's configuration directory, for plug-ins with a file of their own;
 *     it may not exist
 * @param log its lines carry the plug-in's key; not for what happens on every call
 */
public record PluginContext(
    Settings settings, Map<String, String> environment, Path configuration, System.Logger log) {
  public PluginContext {
    environment = Map.copyOf(environment);
  }
}
