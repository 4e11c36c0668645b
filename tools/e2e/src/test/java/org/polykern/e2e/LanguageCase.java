package org.polykern.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * How one language says what every language must be able to say; {@code languages.cases} holds them
 * all and explains the keys.
 *
 * @param values the texts by key
 * @param files of a program, by name
 * @param none why a cell of the table cannot be, by the cell's name
 */
record LanguageCase(
    String name, Map<String, String> values, Map<String, String> files, Map<String, String> none) {

  /** All sections of the file, by language. */
  static Map<String, LanguageCase> all() {
    Map<String, LanguageCase> all = new LinkedHashMap<>();
    for (List<String> entry : entries()) {
      String[] key = entry.getFirst().split("\\s+", 2);
      String first = key.length > 1 ? key[1].strip() : "";
      String indented = String.join("\n", entry.subList(1, entry.size())).stripIndent().strip();
      if (key[0].equals("language")) {
        all.put(
            first,
            new LanguageCase(
                first, new LinkedHashMap<>(), new LinkedHashMap<>(), new LinkedHashMap<>()));
      } else {
        all.values().stream().reduce((a, b) -> b).orElseThrow().add(key[0], first, indented);
      }
    }
    return all;
  }

  private void add(String key, String first, String indented) {
    switch (key) {
      case "file" -> files.put(first, indented + "\n");
      case "none" -> {
        String[] cell = first.split("\\s+", 2);
        none.put(cell[0], cell[1].strip());
      }
      default -> values.put(key, first.isEmpty() ? indented : first);
    }
  }

  /** A text that the language must have. */
  String text(String key) {
    return Objects.requireNonNull(
        values.get(key), () -> "Expected a line '" + key + "' for " + name + " in languages.cases");
  }

  String text(String key, String fallback) {
    return values.getOrDefault(key, fallback);
  }

  int number(String key, int fallback) {
    return Integer.parseInt(text(key, String.valueOf(fallback)));
  }

  /** Why the language is in no table; empty when it is. */
  String absent() {
    return text("absent", "");
  }

  @Override
  public String toString() {
    return name;
  }

  /** Each key's line with the indented ones below it. */
  private static List<List<String>> entries() {
    List<List<String>> entries = new ArrayList<>();
    try (var in =
        Objects.requireNonNull(LanguageCase.class.getResourceAsStream("/languages.cases"))) {
      for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList()) {
        if (line.startsWith("#")) {
          continue;
        }
        if (line.isBlank() || line.startsWith(" ")) {
          if (!entries.isEmpty()) {
            entries.getLast().add(line);
          }
        } else {
          entries.add(new ArrayList<>(List.of(line)));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return entries;
  }
}
