package org.polykern.accel;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A plug-in's settings by name. {@code unit-mem} and {@code unit_mem} are the same setting. All
 * errors are {@link IllegalArgumentException}s that name it.
 */
public final class Settings {
  private final String section;
  private final Map<String, String> values = new TreeMap<>();

  /**
   * @param section where they stand, for error messages: {@code [accel.cuda]}
   */
  public Settings(String section, Map<String, String> values) {
    this.section = section;
    values.forEach((name, value) -> this.values.put(name.replace('_', '-'), value.strip()));
  }

  public static Settings none() {
    return new Settings("no settings", Map.of());
  }

  /**
   * Refuses names that the plug-in does not know.
   *
   * @param known in kebab-case
   */
  public Settings allowing(String... known) {
    for (var name : values.keySet()) {
      if (!Arrays.asList(known).contains(name)) {
        throw new IllegalArgumentException(
            "Expected one of "
                + String.join(", ", known)
                + " in "
                + section
                + ", but got "
                + name
                + "; remove or rename it");
      }
    }
    return this;
  }

  public Optional<String> text(String name) {
    return Optional.ofNullable(values.get(name));
  }

  /** Values between commas, without blanks; none when it is not set. */
  public List<String> list(String name) {
    return text(name).stream()
        .flatMap(text -> Stream.of(text.split(",", -1)))
        .map(String::strip)
        .filter(item -> !item.isEmpty())
        .toList();
  }

  public boolean flag(String name, boolean fallback) {
    return switch (values.getOrDefault(name, String.valueOf(fallback))) {
      case "true" -> true;
      case "false" -> false;
      default -> throw wrong(name, "true or false");
    };
  }

  public BigDecimal decimal(String name, String fallback) {
    try {
      return new BigDecimal(values.getOrDefault(name, fallback));
    } catch (NumberFormatException e) {
      throw wrong(name, "a number");
    }
  }

  /** A size in bytes, written as {@link BinarySize} reads it. */
  public long bytes(String name, String fallback) {
    try {
      return BinarySize.parse(values.getOrDefault(name, fallback));
    } catch (IllegalArgumentException e) {
      throw wrong(name, "a size such as 512m or 1.5g");
    }
  }

  /** One of the words, the first when it is not set. */
  public String choice(String name, String... words) {
    var word = values.getOrDefault(name, words[0]);
    if (!Arrays.asList(words).contains(word)) {
      throw wrong(name, "one of " + String.join(", ", words));
    }
    return word;
  }

  private IllegalArgumentException wrong(String name, String expected) {
    return new IllegalArgumentException(
        "Expected "
            + expected
            + " for "
            + name
            + " in "
            + section
            + ", but got '"
            + values.get(name)
            + "'");
  }
}
