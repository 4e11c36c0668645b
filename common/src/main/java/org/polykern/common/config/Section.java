package org.polykern.common.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One section that a {@link ConfigReader} is to read. Say what the launcher knows with {@link
 * #orElse} and what the command line demands with {@link #demand}, then call {@link
 * ConfigReader#finish}, then {@link #get}.
 */
public final class Section<R extends Record> {
  final String name;
  final Class<R> type;
  final boolean needed;
  final List<Key> keys;
  final Map<String, String> demands = new LinkedHashMap<>();
  final Map<String, String> launcherDefaults = new LinkedHashMap<>();
  @Nullable R value;

  Section(String name, Class<R> type, boolean needed) {
    this.name = name;
    this.type = type;
    this.needed = needed;
    this.keys = Key.of(name, type);
  }

  /** A value that wins over file and environment: an option of the command line. */
  public Section<R> demand(String key, Object value) {
    demands.put(known(key), value.toString());
    return this;
  }

  /** A value used when neither command line, environment nor file name one. */
  public Section<R> orElse(String key, Object value) {
    launcherDefaults.put(known(key), value.toString());
    return this;
  }

  /** The record. Throws IllegalStateException before {@link ConfigReader#finish}. */
  public R get() {
    return find()
        .orElseThrow(
            () -> new IllegalStateException("Section [" + name + "] was not read, or is absent"));
  }

  /** The record, or nothing when the section is optional and not a single key of it was given. */
  public Optional<R> find() {
    return Optional.ofNullable(value);
  }

  private String known(String key) {
    if (keys.stream().noneMatch(k -> k.name().equals(key))) {
      throw new IllegalStateException("[" + name + "] has no key " + key);
    }
    return key;
  }
}
