package org.polykern.common.config;

import java.lang.reflect.ParameterizedType;
import java.util.Arrays;
import java.util.stream.Collectors;

/** Writes the documented sample of a section from the record that reads it. */
public final class SampleConfig {
  private SampleConfig() {}

  /** The section with every key commented out at its fallback, ending with a newline. */
  public static String section(String name, String about, Class<? extends Record> type) {
    return "# "
        + about
        + "\n["
        + name
        + "]\n"
        + Key.of(name, type).stream().map(SampleConfig::entry).collect(Collectors.joining());
  }

  private static String entry(Key key) {
    return "# "
        + key.setting().about()
        + "\n# "
        + (key.isRequired()
            ? "(no fixed default; expects "
                + Conversion.describe(key.component().getGenericType())
                + ")\n# "
                + key.name()
                + " ="
            : key.name() + " = " + spelled(key))
        + "\n";
  }

  private static String spelled(Key key) {
    var type = key.component().getGenericType();
    var text = key.setting().fallback();
    if (type instanceof ParameterizedType) {
      return Arrays.stream(text.split(","))
          .map(String::strip)
          .filter(part -> !part.isEmpty())
          .map(SampleConfig::quoted)
          .collect(Collectors.joining(", ", "[", "]"));
    }
    var bare = type == int.class || type == long.class || type == boolean.class;
    return bare ? text : quoted(text);
  }

  private static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
