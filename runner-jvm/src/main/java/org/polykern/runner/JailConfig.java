package org.polykern.runner;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.polykern.jail.rule.PolicyText;
import org.polykern.runner.json.JsonObject;
import org.polykern.runner.spawn.JailSettings;

/** Reads the member {@code jail} of {@code runner.json}. */
final class JailConfig {
  private JailConfig() {}

  /**
   * What it says; null = programs are not jailed.
   *
   * @throws ConfigException if it is neither null nor a whole description
   */
  static @Nullable JailSettings of(JsonObject runner) {
    Object value = runner.members().get("jail");
    if (value == null) {
      return null;
    }
    if (!(value instanceof JsonObject jail)) {
      throw new ConfigException(
          "Expected an object, or null, under \"jail\" in runner.json, but got another value.");
    }
    String mode = text(jail, "mode");
    if (!mode.equals("m1") && !mode.equals("m2")) {
      throw new ConfigException(
          "Expected m1 or m2 under \"mode\" of \"jail\" in runner.json, but got \"" + mode + "\".");
    }
    JailSettings.User user =
        mode.equals("m1") ? null : new JailSettings.User(id(jail, "uid"), id(jail, "gid"));
    String launch = text(jail, "launch");
    if (!launch.isEmpty() && !launch.endsWith("\n")) {
      throw new ConfigException(
          "Expected whole lines under \"launch\" of \"jail\" in runner.json, but the last one has no"
              + " end.");
    }
    try {
      return new JailSettings(user, launch, PolicyText.read(text(jail, "policy")));
    } catch (IllegalArgumentException e) {
      throw new ConfigException(
          "\"policy\" of \"jail\" in runner.json cannot be read: " + e.getMessage());
    }
  }

  private static String text(JsonObject jail, String key) {
    String value = jail.text(key);
    if (value == null) {
      throw new ConfigException(
          "Expected text under \"" + key + "\" of \"jail\" in runner.json, but there is none.");
    }
    return value;
  }

  private static int id(JsonObject jail, String key) {
    long value = Objects.requireNonNullElse(jail.integer(key), -1L);
    // Root would be no other user than the one that the jail is to be kept from.
    if (value <= 0 || value > Integer.MAX_VALUE) {
      throw new ConfigException(
          "Expected an id above 0 under \""
              + key
              + "\" of \"jail\" in runner.json, as mode m2"
              + " needs it, but got "
              + jail.members().get(key)
              + ".");
    }
    return Math.toIntExact(value);
  }
}
