package org.polykern.accel.mock;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.polykern.accel.BinarySize;
import org.tomlj.TomlArray;
import org.tomlj.TomlTable;

/**
 * The keys of one table of the file. A wrong or missing one is reported and answered with a
 * stand-in, so that all errors are found in one go.
 */
final class Entries {
  private final TomlTable table;
  private final String path;
  private final int line;
  private final FileErrors errors;

  /**
   * @param path of the table, empty for the file itself
   * @param line where the table begins
   */
  Entries(TomlTable table, String path, int line, FileErrors errors) {
    this.table = table;
    this.path = path;
    this.line = line;
    this.errors = errors;
  }

  boolean has(String key) {
    return table.get(List.of(key)) != null;
  }

  void wrong(String key, String sentence) {
    errors.add(lineOf(key), path(key), sentence);
  }

  String text(String key) {
    return value(key, "a text", "", value -> value instanceof String text ? text : null);
  }

  boolean flag(String key) {
    return value(key, "true or false", false, value -> value instanceof Boolean b ? b : null);
  }

  int number(String key, int least) {
    return value(
        key,
        "a whole number of " + least + " or more",
        least,
        value ->
            value instanceof Long n && n >= least && n <= Integer.MAX_VALUE ? n.intValue() : null);
  }

  long seed(String key) {
    return value(key, "a whole number", 0L, value -> value instanceof Long n ? n : null);
  }

  /** From 0 to 1. */
  BigDecimal part(String key) {
    return value(
        key,
        "a number from 0 to 1",
        BigDecimal.ZERO,
        value -> {
          var number = value instanceof Number n ? new BigDecimal(n.toString()) : null;
          return number != null && number.signum() >= 0 && number.compareTo(BigDecimal.ONE) <= 0
              ? number
              : null;
        });
  }

  long bytes(String key) {
    return value(
        key,
        "a size such as 512m or 80g",
        0L,
        value -> {
          try {
            return BinarySize.parse(value.toString());
          } catch (IllegalArgumentException e) {
            return null;
          }
        });
  }

  <E extends Enum<E>> E word(String key, Class<E> words, E standIn) {
    var known =
        Arrays.stream(words.getEnumConstants())
            .map(word -> word.name().toLowerCase(Locale.ROOT))
            .toList();
    return value(
        key,
        "one of " + String.join(", ", known),
        standIn,
        value ->
            known.contains(value.toString())
                ? Enum.valueOf(words, value.toString().toUpperCase(Locale.ROOT))
                : null);
  }

  /** The table of that name; an empty one when it is missing, which is reported. */
  Entries table(String key) {
    var found = value(key, "a table", null, value -> value instanceof TomlTable t ? t : null);
    var inner = found == null ? org.tomlj.Toml.parse("") : found;
    return new Entries(inner, path(key), lineOf(key), errors);
  }

  /** The tables of a list. */
  List<Entries> tables(String key) {
    var list =
        value(key, "a list of tables", null, value -> value instanceof TomlArray a ? a : null);
    if (list == null) {
      return List.of();
    }
    return java.util.stream.IntStream.range(0, list.size())
        .mapToObj(i -> element(key, list, i))
        .toList();
  }

  List<String> keys() {
    return List.copyOf(table.keySet());
  }

  private Entries element(String key, TomlArray list, int place) {
    var name = path(key) + "[" + place + "]";
    var at = list.inputPositionOf(place).line();
    if (list.get(place) instanceof TomlTable element) {
      return new Entries(element, name, firstLine(element, at), errors);
    }
    errors.add(at, name, "Expected a table, but got '" + list.get(place) + "'");
    return new Entries(org.tomlj.Toml.parse(""), name, at, errors);
  }

  /** The parser says of an element where the one before ended; its first key is nearer. */
  private static int firstLine(TomlTable table, int otherwise) {
    return table.keySet().stream()
        .map(key -> table.inputPositionOf(List.of(key)))
        .filter(java.util.Objects::nonNull)
        .mapToInt(org.tomlj.TomlPosition::line)
        .min()
        .orElse(otherwise);
  }

  private <T extends @Nullable Object> T value(
      String key, String expected, T standIn, Function<Object, @Nullable T> conversion) {
    var written = table.get(List.of(key));
    if (written == null) {
      wrong(key, "Expected " + expected + ", but it is not there");
      return standIn;
    }
    var value = conversion.apply(written);
    if (value == null) {
      wrong(key, "Expected " + expected + ", but got '" + written + "'");
      return standIn;
    }
    return value;
  }

  private int lineOf(String key) {
    var position = table.inputPositionOf(List.of(key));
    return position == null ? line : position.line();
  }

  private String path(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }
}
