package org.polykern.agent.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the agent reads of a {@code NAME.language} file; docs/languages.md describes all of it. The
 * runner checks the file when it uses it, so nothing is refused here.
 *
 * @param name runtime type, from the file's name
 * @param programs names on the PATH or absolute paths, best first
 * @param version shell script that prints the version of {@code $RT}
 * @param aliases other names of the language
 * @param memory least memory of a session, as in {@code 256m}
 */
record DeclaredLanguage(
    String name, List<String> programs, String version, List<String> aliases, String memory) {
  private static final Logger log = LoggerFactory.getLogger(DeclaredLanguage.class);
  private static final String SUFFIX = ".language";
  private static final String DEFAULT_VERSION = "\"$RT\" --version";

  DeclaredLanguage {
    programs = List.copyOf(programs);
    aliases = List.copyOf(aliases);
  }

  /** All of a directory, by name; none when there is no such directory. */
  static List<DeclaredLanguage> in(Path directory) {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (var files = Files.newDirectoryStream(directory, "*" + SUFFIX)) {
      var found = new ArrayList<DeclaredLanguage>();
      for (var file : files) {
        var name = String.valueOf(file.getFileName());
        found.add(
            parse(name.substring(0, name.length() - SUFFIX.length()), Files.readAllLines(file)));
      }
      found.sort(java.util.Comparator.comparing(DeclaredLanguage::name));
      return found;
    } catch (IOException e) {
      log.warn("Cannot read the languages in {}; only Python is offered", directory, e);
      return List.of();
    }
  }

  static DeclaredLanguage parse(String name, List<String> lines) {
    Map<String, StringBuilder> values = new HashMap<>();
    var current = new StringBuilder();
    for (var line : lines) {
      if (line.startsWith("#")) {
        continue;
      }
      if (line.isBlank() || Character.isWhitespace(line.charAt(0))) {
        current.append('\n').append(line.strip());
      } else {
        var parts = line.strip().split("\\s+", 2);
        current = new StringBuilder(parts.length > 1 ? parts[1] : "");
        values.put(parts[0], current);
      }
    }
    var version = values.getOrDefault("version", new StringBuilder()).toString().strip();
    return new DeclaredLanguage(
        name,
        words(values.get("programs")),
        version.isEmpty() ? DEFAULT_VERSION : version,
        words(values.get("aliases")),
        values.getOrDefault("memory", new StringBuilder(HostProgram.LEAST_MEMORY)).toString());
  }

  /** Names of the image of this version. */
  List<String> imageNames(String ofVersion) {
    Set<String> names = new LinkedHashSet<>();
    names.add(name);
    names.add(name + ":" + ofVersion);
    for (var alias : aliases) {
      names.add(alias);
      names.add(alias + ":" + ofVersion);
    }
    return List.copyOf(names);
  }

  private static List<String> words(@org.jspecify.annotations.Nullable StringBuilder text) {
    var stripped = text == null ? "" : text.toString().strip();
    return stripped.isEmpty() ? List.of() : List.of(stripped.split("\\s+"));
  }
}
