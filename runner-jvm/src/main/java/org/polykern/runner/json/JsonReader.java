package org.polykern.runner.json;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A strict JSON reader for small documents. Values become {@link JsonObject}, {@link List}, {@link
 * String}, {@link Long}, {@link Double}, {@link Boolean} or null. A repeated key keeps its last
 * value.
 */
public final class JsonReader {
  private static final int MAX_DEPTH = 32;

  private final String text;
  private int at;

  private JsonReader(String text) {
    this.text = text;
  }

  /**
   * Reads an object.
   *
   * @param limit the largest accepted document in bytes
   * @throws JsonException if the bytes are not one JSON object within the limits
   */
  public static JsonObject object(byte[] utf8, int limit) {
    if (utf8.length > limit) {
      throw new JsonException(
          "Expected at most " + limit + " bytes of JSON, but got " + utf8.length + ".");
    }
    Object value = value(new String(utf8, StandardCharsets.UTF_8));
    if (value instanceof JsonObject object) {
      return object;
    }
    throw new JsonException("Expected a JSON object, but got another value.");
  }

  /**
   * Reads any value.
   *
   * @throws JsonException if the text is not exactly one JSON value
   */
  public static @Nullable Object value(String text) {
    JsonReader reader = new JsonReader(text);
    reader.space();
    Object value = reader.value(0);
    reader.space();
    if (reader.at != text.length()) {
      throw reader.unexpected("the end of the document");
    }
    return value;
  }

  private @Nullable Object value(int depth) {
    if (depth > MAX_DEPTH) {
      throw new JsonException(
          "Expected at most " + MAX_DEPTH + " levels of nesting, but got more.");
    }
    return switch (peek()) {
      case '{' -> objectBody(depth);
      case '[' -> arrayBody(depth);
      case '"' -> string();
      case 't' -> literal("true", true);
      case 'f' -> literal("false", false);
      case 'n' -> literal("null", null);
      default -> number();
    };
  }

  private JsonObject objectBody(int depth) {
    Map<String, @Nullable Object> members = new LinkedHashMap<>();
    at++;
    space();
    if (peek() == '}') {
      at++;
      return new JsonObject(members);
    }
    while (true) {
      space();
      if (peek() != '"') {
        throw unexpected("a member name");
      }
      String key = string();
      space();
      take(':');
      space();
      members.put(key, value(depth + 1));
      space();
      if (peek() != ',') {
        take('}');
        return new JsonObject(members);
      }
      at++;
    }
  }

  private List<@Nullable Object> arrayBody(int depth) {
    List<@Nullable Object> items = new ArrayList<>();
    at++;
    space();
    if (peek() == ']') {
      at++;
      return items;
    }
    while (true) {
      space();
      items.add(value(depth + 1));
      space();
      if (peek() != ',') {
        take(']');
        return items;
      }
      at++;
    }
  }

  private String string() {
    StringBuilder out = new StringBuilder();
    at++;
    int end = at - 1;
    while (true) {
      if (end < at) { // The last quote was an escaped one; looked for once, however many escapes.
        int quote = text.indexOf('"', at);
        end = quote < 0 ? text.length() : quote;
      }
      int escape = text.indexOf('\\', at, end);
      out.append(plain(escape < 0 ? end : escape));
      char c = peek();
      at++;
      if (c == '"') {
        return out.toString();
      }
      out.append(escape());
    }
  }

  /** Letters that stand for themselves. By pieces: letter by letter, a start would feel it. */
  private String plain(int end) {
    String piece = text.substring(at, end);
    for (byte letter : piece.getBytes(StandardCharsets.ISO_8859_1)) {
      if (letter >= 0 && letter < ' ') {
        at = text.indexOf(letter, at);
        throw unexpected("a character of a string");
      }
    }
    at = end;
    return piece;
  }

  private char escape() {
    char c = peek();
    at++;
    return switch (c) {
      case '"', '\\', '/' -> c;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> unicode();
      default -> throw unexpected("an escape");
    };
  }

  private char unicode() {
    int code = 0;
    for (int i = 0; i < 4; i++) {
      int digit = Character.digit(peek(), 16);
      if (digit < 0) {
        throw unexpected("a hexadecimal digit");
      }
      code = code * 16 + digit;
      at++;
    }
    return (char) code;
  }

  private Object number() {
    int from = at;
    boolean integer = true;
    while (at < text.length() && "+-0123456789.eE".indexOf(text.charAt(at)) >= 0) {
      char c = text.charAt(at++);
      integer &= c == '-' || (c >= '0' && c <= '9');
    }
    String digits = text.substring(from, at);
    if (!digits.matches("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?")) {
      at = from;
      throw unexpected("a value");
    }
    if (integer && digits.length() <= 18) {
      return Long.valueOf(digits);
    }
    return Double.valueOf(digits);
  }

  private @Nullable Object literal(String word, @Nullable Object value) {
    if (!text.startsWith(word, at)) {
      throw unexpected("a value");
    }
    at += word.length();
    return value;
  }

  private void space() {
    while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private void take(char wanted) {
    if (peek() != wanted) {
      throw unexpected("'" + wanted + "'");
    }
    at++;
  }

  private char peek() {
    if (at >= text.length()) {
      throw new JsonException("Expected more JSON, but the text ends at position " + at + ".");
    }
    return text.charAt(at);
  }

  private JsonException unexpected(String wanted) {
    return new JsonException("Expected " + wanted + " at position " + at + " of the JSON text.");
  }
}
