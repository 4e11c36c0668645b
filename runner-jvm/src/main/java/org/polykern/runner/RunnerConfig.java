package org.polykern.runner;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.polykern.runner.json.JsonException;
import org.polykern.runner.json.JsonObject;
import org.polykern.runner.json.JsonReader;
import org.polykern.runner.spawn.JailSettings;

/**
 * What the agent wrote into {@code runner.json} and {@code environ.json}.
 *
 * @param runtime runtime type
 * @param runtimePath absolute path of the interpreter, or null for the runtime's default
 * @param bind address to bind
 * @param replin port for commands, 0 = any
 * @param replout port for messages, 0 = any
 * @param streams port for streams, 0 = any; null = no streams
 * @param agentKey Z85 public key of the agent; null = no encryption
 * @param windowBytes how much output may be un-acknowledged
 * @param legacyReply whether commands are two frames, identifier and code, each answered by one
 * @param jail how every program is jailed; null = not at all
 * @param environ variables for user processes
 */
record RunnerConfig(
    String runtime,
    @Nullable String runtimePath,
    String bind,
    int replin,
    int replout,
    @Nullable Integer streams,
    @Nullable String agentKey,
    long windowBytes,
    boolean legacyReply,
    @Nullable JailSettings jail,
    Map<String, String> environ) {
  private static final int MAX_BYTES = 4 * 1024 * 1024;
  private static final int MAX_PORT = 65_535;
  private static final int Z85_KEY_LENGTH = 40;
  private static final long DEFAULT_WINDOW = 1024 * 1024;
  private static final long SMALLEST_WINDOW = 64 * 1024;
  private static final long LARGEST_WINDOW = 4 * 1024 * 1024;

  /**
   * Reads the files of a configuration directory; {@code environ.json} may be missing.
   *
   * @throws ConfigException if a file cannot be read or a value is wrong
   */
  static RunnerConfig read(Path directory) {
    JsonObject json = object(directory.resolve("runner.json"));
    Path environ = directory.resolve("environ.json");
    Long window = json.integer("windowBytes");
    return new RunnerConfig(
        required(json, "runtime"),
        json.text("runtimePath"),
        required(json, "bind"),
        port(json, "replin"),
        port(json, "replout"),
        json.members().get("streams") == null ? null : port(json, "streams"),
        agentKey(json),
        Math.clamp(window == null ? DEFAULT_WINDOW : window, SMALLEST_WINDOW, LARGEST_WINDOW),
        Boolean.TRUE.equals(json.members().get("legacyReply")),
        JailConfig.of(json),
        Files.exists(environ) ? texts(environ, object(environ)) : Map.of());
  }

  private static JsonObject object(Path file) {
    try {
      return JsonReader.object(Files.readAllBytes(file), MAX_BYTES);
    } catch (IOException e) {
      throw new ConfigException("Expected to read " + file + ", but it failed: " + e);
    } catch (JsonException e) {
      throw new ConfigException(file + ": " + e.getMessage());
    }
  }

  private static String required(JsonObject json, String key) {
    String value = json.text(key);
    if (value == null) {
      throw new ConfigException("Expected text under \"" + key + "\" in runner.json.");
    }
    return value;
  }

  private static int port(JsonObject json, String key) {
    Long value = json.integer(key);
    if (value == null || value < 0 || value > MAX_PORT) {
      throw new ConfigException("Expected a port under \"" + key + "\" in runner.json.");
    }
    return Math.toIntExact(value);
  }

  private static @Nullable String agentKey(JsonObject json) {
    String key = json.text("agentKey");
    // Anything but a good key or an explicit null must not silently mean "no encryption".
    boolean absent =
        json.members().containsKey("agentKey") && json.members().get("agentKey") == null;
    if (!absent && (key == null || key.length() != Z85_KEY_LENGTH)) {
      throw new ConfigException(
          "Expected a Z85 key of 40 characters, or null, under \"agentKey\" in runner.json.");
    }
    return key;
  }

  private static Map<String, String> texts(Path file, JsonObject json) {
    Map<String, String> texts = new LinkedHashMap<>();
    for (String key : json.members().keySet()) {
      String value = json.text(key);
      if (value == null
          || key.isEmpty()
          || key.indexOf('=') >= 0
          || (key + value).indexOf(0) >= 0) {
        throw new ConfigException(
            file + ": expected a variable name and text, but \"" + key + "\" is not.");
      }
      texts.put(key, value);
    }
    return texts;
  }
}
