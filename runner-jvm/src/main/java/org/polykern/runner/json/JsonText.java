package org.polykern.runner.json;

import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes JSON text. */
public final class JsonText {
  private JsonText() {}

  /**
   * The JSON text of a value: null, text, number, boolean, map with text keys, parsed object, or
   * collection.
   *
   * @throws IllegalArgumentException for any other type
   */
  public static String of(@Nullable Object value) {
    StringBuilder out = new StringBuilder();
    write(out, value);
    return out.toString();
  }

  private static void write(StringBuilder out, @Nullable Object value) {
    // No switch over types: linking its first use would cost every start some milliseconds.
    if (value == null || value instanceof Number || value instanceof Boolean) {
      out.append(value);
    } else if (value instanceof String s) {
      quote(out, s);
    } else if (value instanceof Map<?, ?> map) {
      members(out, map);
    } else if (value instanceof JsonObject object) {
      members(out, object.members());
    } else if (value instanceof Collection<?> items) {
      items(out, items);
    } else {
      throw new IllegalArgumentException(
          "Expected a JSON value, but got a " + value.getClass().getName() + ".");
    }
  }

  private static void members(StringBuilder out, Map<?, ?> map) {
    char separator = '{';
    for (Map.Entry<?, ?> member : map.entrySet()) {
      out.append(separator);
      quote(out, (String) member.getKey());
      out.append(':');
      write(out, member.getValue());
      separator = ',';
    }
    out.append(separator == '{' ? "{}" : "}");
  }

  private static void items(StringBuilder out, Collection<?> items) {
    char separator = '[';
    for (Object item : items) {
      out.append(separator);
      write(out, item);
      separator = ',';
    }
    out.append(separator == '[' ? "[]" : "]");
  }

  private static void quote(StringBuilder out, String s) {
    out.append('"');
    for (int i = 0; i < s.length(); i++) {
      char c = s.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c < 0x20 || (Character.isSurrogate(c) && !paired(s, i))) {
        out.append("\\u");
        for (int shift = 12; shift >= 0; shift -= 4) {
          out.append(Character.forDigit(c >> shift & 15, 16));
        }
      } else {
        out.append(c);
      }
    }
    out.append('"');
  }

  private static boolean paired(String s, int i) {
    return Character.isHighSurrogate(s.charAt(i))
        ? i + 1 < s.length() && Character.isLowSurrogate(s.charAt(i + 1))
        : i > 0 && Character.isHighSurrogate(s.charAt(i - 1));
  }
}
