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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
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
  private static final String SERVICE = "service";
  private static final Pattern DECLARED_SERVICE =
      Pattern.compile("([A-Za-z0-9_-]{1,64}):(http|tcp):([0-9]{1,5})(\\s+\\S+)?");
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

  /** The scripts of the services that it declares, by name. */
  public Map<String, String> services() {
    return services(values);
  }

  /**
   * The scripts of a file that declares nothing but services; none when there is no such file.
   *
   * @throws IOException if it cannot be read or is malformed
   */
  public static Map<String, String> services(Path file) throws IOException {
    try {
      return services(values(file, Files.readAllLines(file), Set.of()));
    } catch (NoSuchFileException e) {
      return Map.of();
    }
  }

  private static Map<String, String> services(Map<String, String> values) {
    Map<String, String> services = new LinkedHashMap<>();
    for (Map.Entry<String, String> value : values.entrySet()) {
      if (value.getKey().startsWith(SERVICE + " ")) {
        services.put(value.getKey().substring(SERVICE.length() + 1), value.getValue());
      }
    }
    return services;
  }

  static LanguageFile parse(String name, Path file, List<String> lines) throws MalformedException {
    Map<String, String> values = values(file, lines, KEYS);
    for (String required : List.of("title", "programs")) {
      if (!values.containsKey(required)) {
        throw new MalformedException(
            file, lines.size(), "expected the key \"" + required + "\", but it is missing.");
      }
    }
    return new LanguageFile(name, file, values);
  }

  /** Services have a key for each one: {@code service NAME}. */
  private static Map<String, String> values(Path file, List<String> lines, Set<String> keys)
      throws MalformedException {
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
      boolean service = key.equals(SERVICE);
      if (!service && !keys.contains(key)) {
        List<String> known = Stream.concat(keys.stream(), Stream.of(SERVICE)).sorted().toList();
        throw new MalformedException(
            file, number, "expected one of " + known + ", but found \"" + key + "\".");
      }
      List<String> continued = continued(lines, number);
      String value = (parts.length > 1 ? parts[1] + "\n" : "") + unindented(continued);
      if (service) {
        key = serviceKey(file, number, parts.length > 1 ? parts[1] : "");
        value = unindented(continued);
      }
      if (values.putIfAbsent(key, value.strip()) != null) {
        throw new MalformedException(
            file, number, "expected \"" + key + "\" once, but it is there twice.");
      }
      number += continued.size();
    }
    return values;
  }

  private static String serviceKey(Path file, int line, String declared) throws MalformedException {
    Matcher matcher = DECLARED_SERVICE.matcher(declared);
    if (!matcher.matches()) {
      throw new MalformedException(
          file,
          line,
          "expected NAME:PROTOCOL:PORT, with http or tcp, and perhaps a program after \"service\","
              + " but found \""
              + declared
              + "\".");
    }
    return SERVICE + " " + matcher.group(1);
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
