package org.polykern.common.config;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.tomlj.Toml;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlTable;

/**
 * Reads one configuration file into the records of its sections, and reports everything that is
 * wrong with it at once.
 */
public final class ConfigReader {
  private static final String VARIABLE_PREFIX = "POLYKERN_";

  private final String fileName;
  private final @Nullable TomlParseResult toml;
  private final Map<String, String> environment;
  private final Map<String, Section<?>> sections = new LinkedHashMap<>();
  private final List<String> errors = new ArrayList<>();

  /**
   * @param file a TOML file, or empty to use fallbacks and the environment alone
   * @param environment variables of the process; only known {@code POLYKERN_SECTION_KEY} count
   * @throws ConfigException when the file cannot be read
   */
  public ConfigReader(Optional<Path> file, Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
    this.fileName = file.map(Path::toString).orElse("");
    this.toml = file.map(ConfigReader::parse).orElse(null);
  }

  /** A section that always yields a record, from fallbacks if nothing is given. */
  public <R extends Record> Section<R> section(String name, Class<R> type) {
    return add(new Section<>(name, type, true));
  }

  /** A section that yields a record only if file, environment or demands name a key of it. */
  public <R extends Record> Section<R> optionalSection(String name, Class<R> type) {
    return add(new Section<>(name, type, false));
  }

  /**
   * Reads all sections.
   *
   * @throws ConfigException with every error of file and environment
   */
  public void finish() {
    if (toml != null) {
      toml.errors()
          .forEach(e -> errors.add(at(e.position().line()) + "Not TOML: " + e.getMessage()));
      if (errors.isEmpty()) {
        refuseUnknown(toml);
      }
    }
    if (errors.isEmpty() || toml == null || toml.errors().isEmpty()) {
      sections.values().forEach(this::read);
    }
    if (!errors.isEmpty()) {
      throw new ConfigException(errors);
    }
  }

  private <R extends Record> Section<R> add(Section<R> section) {
    sections.put(section.name, section);
    return section;
  }

  private static TomlParseResult parse(Path file) {
    try {
      return Toml.parse(Files.readString(file));
    } catch (IOException e) {
      throw new ConfigException(
          List.of("Expected a readable configuration file, but " + file + " failed: " + e));
    }
  }

  private void refuseUnknown(TomlTable root) {
    for (var name : root.keySet()) {
      var line = lineOf(root, name);
      var section = sections.get(name);
      if (section == null) {
        errors.add(at(line) + "Unknown section [" + name + "]" + meant(name, sections.keySet()));
      } else if (root.get(List.of(name)) instanceof TomlTable table) {
        var known = section.keys.stream().map(Key::name).toList();
        table.keySet().stream()
            .filter(key -> !known.contains(key))
            .forEach(key -> errors.add(unknownKey(table, section.name, key, known)));
      } else {
        errors.add(at(line) + "Expected a section [" + name + "], but got a single value");
      }
    }
  }

  private String unknownKey(TomlTable table, String section, String key, Collection<String> known) {
    return at(lineOf(table, key))
        + "Unknown key "
        + key
        + " in ["
        + section
        + "]"
        + meant(key, known);
  }

  private static String meant(String word, Collection<String> candidates) {
    return Nearest.to(word, candidates)
        .map(nearest -> "; did you mean " + nearest + "?")
        .orElse("; expected one of " + String.join(", ", candidates));
  }

  private <R extends Record> void read(Section<R> section) {
    var table = toml == null ? null : toml.get(List.of(section.name));
    var given = table instanceof TomlTable t ? t : null;
    if (!section.needed
        && given == null
        && !isInEnvironment(section)
        && section.demands.isEmpty()) {
      return;
    }
    var before = errors.size();
    var arguments =
        section.keys.stream().map(key -> valueOf(section, key, given)).toArray(Object[]::new);
    if (errors.size() == before) {
      section.value = construct(section, arguments, given);
    }
  }

  private boolean isInEnvironment(Section<?> section) {
    return section.keys.stream().anyMatch(key -> environment.containsKey(key.variable()));
  }

  private @Nullable Object valueOf(Section<?> section, Key key, @Nullable TomlTable table) {
    var type = key.component().getGenericType();
    var source = key.toString();
    try {
      var demanded = section.demands.get(key.name());
      if (demanded != null) {
        return Conversion.fromText(type, demanded);
      }
      var variable = environment.get(key.variable());
      if (variable != null) {
        source = key.variable();
        return Conversion.fromText(type, variable);
      }
      var written = table == null ? null : table.get(List.of(key.name()));
      if (table != null && written != null) {
        source = at(lineOf(table, key.name())) + key;
        return Conversion.fromToml(type, written);
      }
      return fallback(section, key);
    } catch (IllegalArgumentException e) {
      errors.add(source + ": " + e.getMessage());
      return null;
    }
  }

  private static Object fallback(Section<?> section, Key key) {
    var launcherDefault = section.launcherDefaults.get(key.name());
    if (launcherDefault == null && key.isRequired()) {
      throw new IllegalArgumentException(
          "Expected a value, but none is given; set it in the file or as " + key.variable());
    }
    var text = launcherDefault == null ? key.setting().fallback() : launcherDefault;
    return Conversion.fromText(key.component().getGenericType(), text);
  }

  private <R extends Record> @Nullable R construct(
      Section<R> section, Object[] arguments, @Nullable TomlTable table) {
    try {
      var types =
          Arrays.stream(section.type.getRecordComponents())
              .map(c -> c.getType())
              .toArray(Class<?>[]::new);
      var constructor = section.type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return constructor.newInstance(arguments);
    } catch (InvocationTargetException e) {
      var message = Conversion.refusal(e).getMessage();
      errors.add(blamed(section, table, String.valueOf(message)) + ": " + message);
      return null;
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("Cannot construct " + section.type.getName(), e);
    }
  }

  /** The written key that the constructor's refusal names, else the section. */
  private String blamed(Section<?> section, @Nullable TomlTable table, String message) {
    for (var key : section.keys) {
      var named = message.contains(key.name()) || message.contains(key.component().getName());
      if (named && table != null && table.get(List.of(key.name())) != null) {
        return at(lineOf(table, key.name())) + key;
      }
    }
    return (fileName.isEmpty() ? "" : fileName + ": ") + "[" + section.name + "]";
  }

  private static int lineOf(TomlTable table, String key) {
    var position = table.inputPositionOf(List.of(key));
    return position == null ? 0 : position.line();
  }

  private String at(int line) {
    return fileName + ":" + line + ": ";
  }

  /** Variables that start like ours and name no key of a known section; most likely misspelt. */
  public List<String> unknownVariables() {
    var known =
        sections.values().stream()
            .flatMap(section -> section.keys.stream())
            .map(Key::variable)
            .toList();
    return environment.keySet().stream()
        .filter(name -> name.startsWith(VARIABLE_PREFIX) && !known.contains(name))
        .filter(name ->
            sections.values().stream()
                .map(s -> VARIABLE_PREFIX + s.name.toUpperCase(java.util.Locale.ROOT) + "_")
                .anyMatch(name::startsWith))
        .map(name -> "Unknown variable " + name + meant(name, known))
        .sorted()
        .toList();
  }
}
