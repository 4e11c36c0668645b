package org.polykern.runner.service;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Texts of definition files with variables in them: <code>{name}</code>, <code>{name[index]}</code>
 * and <code>${{ name[key] }}</code> are replaced; <code>{{</code> and <code>}}</code> are single
 * braces; <code>${NAME}</code>, and what names no variable, stays as it is.
 *
 * @param values variables: texts, whole numbers, or lists and maps of such
 */
record Template(Map<String, ?> values) {
  private static final Pattern EXPRESSION =
      Pattern.compile("([A-Za-z_][A-Za-z0-9_-]*)((?:\\[[^\\[\\]{}]+\\]|\\.[A-Za-z0-9_-]+)*)");
  private static final Pattern STEP = Pattern.compile("\\[([^\\]]+)\\]|\\.([A-Za-z0-9_-]+)");

  /**
   * Fills one text.
   *
   * @throws ServiceException if it asks a variable for something that this one does not have
   */
  String fill(String text) throws ServiceException {
    StringBuilder out = new StringBuilder(text.length());
    int at = 0;
    int literals = 0; // Braces that opened nothing: theirs are single when they close.
    while (at < text.length()) {
      char c = text.charAt(at);
      int end = at + 1;
      if (text.startsWith("${{", at)) {
        int close = text.indexOf("}}", at);
        String value = close < 0 ? null : value(text.substring(at + 3, close));
        end = value == null ? at + 3 : close + 2;
        out.append(value == null ? "${" : value);
      } else if (text.startsWith("${", at)) {
        end = endOfBraces(text, at + 1);
        out.append(text, at, end);
      } else if (text.startsWith("{{", at)) {
        end = at + 2;
        out.append('{');
      } else if (c == '{') {
        int close = text.indexOf('}', at);
        String value = close < 0 ? null : value(text.substring(at + 1, close));
        end = value == null ? at + 1 : close + 1;
        literals += value == null ? 1 : 0;
        out.append(value == null ? "{" : value);
      } else {
        boolean pair = text.startsWith("}}", at) && literals == 0;
        end += pair ? 1 : 0;
        literals -= c == '}' && literals > 0 ? 1 : 0;
        out.append(c);
      }
      at = end;
    }
    return out.toString();
  }

  /** Fills all of them. */
  List<String> fill(List<String> texts) throws ServiceException {
    List<String> filled = new ArrayList<>(texts.size());
    for (String text : texts) {
      filled.add(fill(text));
    }
    return filled;
  }

  /** Behind the brace that closes the one at {@code open}; the text's end when none does. */
  private static int endOfBraces(String text, int open) {
    int depth = 0;
    for (int i = open; i < text.length(); i++) {
      depth += text.charAt(i) == '{' ? 1 : 0;
      depth -= text.charAt(i) == '}' ? 1 : 0;
      if (depth == 0) {
        return i + 1;
      }
    }
    return text.length();
  }

  /** What an expression stands for; null when it is none or names no variable. */
  private @Nullable String value(String expression) throws ServiceException {
    Matcher matcher = EXPRESSION.matcher(expression.strip());
    if (!matcher.matches() || !values.containsKey(matcher.group(1))) {
      return null;
    }
    Object value = values.get(matcher.group(1));
    Matcher step = STEP.matcher(matcher.group(2));
    while (step.find()) {
      String key = step.group(1) == null ? step.group(2) : step.group(1);
      value = inside(value, unquoted(key.strip()), expression);
    }
    if (value instanceof String || value instanceof Number || value instanceof List<?>) {
      return value.toString();
    }
    throw nothing(expression, "\"" + matcher.group(1) + "\" has several: name one, as in [out]");
  }

  private static Object inside(@Nullable Object value, String key, String expression)
      throws ServiceException {
    Object found = value instanceof Map<?, ?> map ? map.get(key) : null;
    if (found != null) {
      return found;
    }
    if (value instanceof List<?> list
        && key.matches("\\d{1,4}")
        && Integer.parseInt(key) < list.size()) {
      return list.get(Integer.parseInt(key));
    }
    throw nothing(
        expression,
        value instanceof List<?> list ? "there are " + list.size() : "it has nothing there");
  }

  private static String unquoted(String key) {
    boolean quoted =
        key.length() >= 2
            && (key.charAt(0) == '\'' || key.charAt(0) == '"')
            && key.charAt(0) == key.charAt(key.length() - 1);
    return quoted ? key.substring(1, key.length() - 1) : key;
  }

  private static ServiceException nothing(String expression, String why) {
    return new ServiceException(
        "Expected a value for {"
            + expression.strip()
            + "} in the service's definition, but "
            + why
            + ".");
  }
}
