package org.polykern.runner.language;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What {@code NAME.language} declares; docs/languages.md describes the format and every key.
 *
 * @param name runtime type
 * @param file where it was read, for messages and to find what lies beside it
 * @param values key to value; continued values have one LF between their lines
 */
public record LanguageFile(String name, Path file, Map<String, String> values) {
  private static final String SUFFIX = ".language";
  private static final Set<String> KEYS =
      Set.of(
          "title",
          "aliases",
          "memory",
          "programs",
          "version",
          "suffix",
          "start",
          "query",
          "jupyter",
          "clean",
          "build",
          "exec",
          "environment");

  /** Thrown for a file that cannot be used; the message names file and line. */
  public static final class MalformedException extends IOException {
    private static final long serialVersionUID = 1;

    MalformedException(Path file, int line, String what) {
      super(file.getFileName() + ", line " + line + ": " + what);
    }
  }

  public LanguageFile {
    values = Map.copyOf(values);
  }

  /**
   * Reads the file of a runtime type.
   *
   * @return null when there is none
   * @throws IOException if it cannot be read or is malformed
   */
  public static @Nullable LanguageFile find(Path languages, String runtime) throws IOException {
    Path file = languages.resolve(runtime + SUFFIX);
    if (runtime.contains("/")) {
      return null;
    }
    try {
      return parse(runtime, file, Files.readAllLines(file));
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  /**
   * The runtime types that a folder declares, sorted.
   *
   * @throws IOException if it cannot be read
   */
  public static List<String> names(Path languages) throws IOException {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(languages, "*" + SUFFIX)) {
      for (Path file : files) {
        String name = String.valueOf(file.getFileName());
        names.add(name.substring(0, name.length() - SUFFIX.length()));
      }
    }
    names.sort(null);
    return names;
  }

  /** The value of {@code key}, or null. */
  public @Nullable String value(String key) {
    return values.get(key);
  }

  /** The blank-separated words of {@code key}; empty when it is missing. */
  public List<String> words(String key) {
    String value = values.getOrDefault(key, "").strip();
    return value.isEmpty() ? List.of() : List.of(value.split("\\s+"));
  }

  /** The lines of {@code key} that are not blank; empty when it is missing. */
  public List<String> lines(String key) {
    return values
        .getOrDefault(key, "")
        .lines()
        .map(String::strip)
        .filter(l -> !l.isEmpty())
        .toList();
  }

  static LanguageFile parse(String name, Path file, List<String> lines) throws MalformedException {
    Map<String, String> values = new LinkedHashMap<>();
    int number = 0;
    while (number < lines.size()) {
      String line = lines.get(number++);
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      if (Character.isWhitespace(line.charAt(0))) {
        throw new MalformedException(file, number, "expected a key, but the line is indented.");
      }
      String[] parts = line.strip().split("\\s+", 2);
      String key = parts[0];
      if (!KEYS.contains(key)) {
        String expected = "expected one of " + KEYS.stream().sorted().toList();
        throw new MalformedException(file, number, expected + ", but found \"" + key + "\".");
      }
      List<String> continued = continued(lines, number);
      String value = (parts.length > 1 ? parts[1] + "\n" : "") + unindented(continued);
      if (values.putIfAbsent(key, value.strip()) != null) {
        throw new MalformedException(
            file, number, "expected \"" + key + "\" once, but it is there twice.");
      }
      number += continued.size();
    }
    for (String required : List.of("title", "programs")) {
      if (!values.containsKey(required)) {
        throw new MalformedException(
            file, lines.size(), "expected the key \"" + required + "\", but it is missing.");
      }
    }
    return new LanguageFile(name, file, values);
  }

  private static List<String> continued(List<String> lines, int from) {
    List<String> found = new ArrayList<>();
    for (String line : lines.subList(from, lines.size())) {
      if (!line.isBlank() && !Character.isWhitespace(line.charAt(0))) {
        break;
      }
      found.add(line);
    }
    return found;
  }

  private static String unindented(List<String> lines) {
    // A blank last line would count as the smallest indentation.
    return String.join("\n", lines).stripTrailing().stripIndent();
  }
}
