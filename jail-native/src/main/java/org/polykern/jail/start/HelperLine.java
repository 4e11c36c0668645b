package org.polykern.jail.start;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Reads the helper's lines. They are JSON of one shape: no blanks, and in texts every quote,
 * backslash and what is not plain ASCII is written as an escape of six characters, so that a quoted
 * key can never be part of a text.
 */
final class HelperLine {
  private static final int ESCAPE = 6;

  private HelperLine() {}

  static boolean is(String line, String event) {
    String beginning = "{\"event\":\"" + event + "\"";
    return line.startsWith(beginning);
  }

  /** A number of the outer object; 0 where there is none. */
  static long number(String line, String key) {
    int counts = line.indexOf(":{");
    int at = line.indexOf("\"" + key + "\":");
    if (counts >= 0 && at > counts) {
      // Not one of a call's counts, whatever its name is.
      at = line.indexOf("\"" + key + "\":", line.indexOf('}', counts));
    }
    return at < 0 ? 0 : digits(line, at + key.length() + 3);
  }

  /** A text, as it was before it was escaped; empty where there is none. */
  static String text(String line, String key) {
    int at = line.indexOf("\"" + key + "\":\"");
    if (at < 0) {
      return "";
    }
    StringBuilder text = new StringBuilder();
    for (int i = at + key.length() + 4; i < line.length() && line.charAt(i) != '"'; i++) {
      char c = line.charAt(i);
      if (c == '\\' && i + ESCAPE <= line.length()) {
        c = (char) Integer.parseInt(line, i + 2, i + ESCAPE, 16);
        i += ESCAPE - 1;
      }
      text.append(c);
    }
    return text.toString();
  }

  /** An object of numbers; empty where there is none. */
  static Map<String, Long> counts(String line, String key) {
    Map<String, Long> counts = new LinkedHashMap<>();
    int at = line.indexOf("\"" + key + "\":{");
    if (at < 0) {
      return counts;
    }
    int end = line.indexOf('}', at);
    int name = line.indexOf('"', at + key.length() + 3);
    while (name >= 0 && name < end) {
      int nameEnd = line.indexOf('"', name + 1);
      counts.put(line.substring(name + 1, nameEnd), digits(line, nameEnd + 2));
      name = line.indexOf('"', nameEnd + 1);
    }
    return counts;
  }

  private static long digits(String line, int from) {
    int end = from;
    while (end < line.length()
        && (line.charAt(end) == '-' || Character.isDigit(line.charAt(end)))) {
      end++;
    }
    return end == from ? 0 : Long.parseLong(line, from, end, 10);
  }
}
