package org.polykern.common.config;

import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** One key of a section: a record component and its annotation. */
record Key(String section, RecordComponent component, Setting setting) {

  /** The keys of a record in its order; every component must carry {@link Setting}. */
  static List<Key> of(String section, Class<? extends Record> type) {
    return Arrays.stream(type.getRecordComponents()).map(c -> of(section, type, c)).toList();
  }

  private static Key of(String section, Class<?> type, RecordComponent component) {
    var setting = component.getAnnotation(Setting.class);
    if (setting == null) {
      throw new IllegalStateException(
          "Expected @Setting on every component of "
              + type.getName()
              + ", but "
              + component.getName()
              + " has none");
    }
    return new Key(section, component, setting);
  }

  /** Kebab-case: {@code poolSize} is written {@code pool-size}. */
  String name() {
    return component.getName().replaceAll("([a-z0-9])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT);
  }

  /** {@code POLYKERN_DATABASE_POOL_SIZE} for {@code pool-size} of {@code [database]}. */
  String variable() {
    return "POLYKERN_" + (section + "_" + name()).toUpperCase(Locale.ROOT).replace('-', '_');
  }

  boolean isRequired() {
    return setting.fallback().equals(Setting.REQUIRED);
  }

  @Override
  public String toString() {
    return "[" + section + "] " + name();
  }
}
