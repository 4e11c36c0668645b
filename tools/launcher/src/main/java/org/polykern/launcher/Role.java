package org.polykern.launcher;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** What a process can be. */
enum Role {
  GATEWAY,
  SCHEDULER,
  STORAGE,
  AGENT,
  APP_PROXY;

  /** Names separated by commas. Throws IllegalArgumentException naming the unknown one. */
  static Set<Role> parse(String names) {
    var roles = EnumSet.noneOf(Role.class);
    for (var name : names.split(",", -1)) {
      roles.add(
          Arrays.stream(values())
              .filter(role -> role.label().equals(name.strip()))
              .findFirst()
              .orElseThrow(() ->
                  new IllegalArgumentException(
                      "Expected roles out of gateway, scheduler, storage, agent, app-proxy, but got '"
                          + name.strip()
                          + "'.")));
    }
    return roles;
  }

  static Set<Role> all() {
    return EnumSet.allOf(Role.class);
  }

  String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Agents and storage keep no rows themselves. */
  boolean needsDatabase() {
    return this == GATEWAY || this == SCHEDULER || this == APP_PROXY;
  }
}
