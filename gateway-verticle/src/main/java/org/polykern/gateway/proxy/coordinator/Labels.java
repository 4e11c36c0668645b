package org.polykern.gateway.proxy.coordinator;

import java.util.Locale;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Names of apps below the wildcard domain. */
final class Labels {
  private static final int MAX = 63;
  private static final int DIGITS = 8;

  private Labels() {}

  /** The wished name, else the app's, made fit for a host name, and eight random digits. */
  static String of(@Nullable String wished, String app, RandomGenerator random) {
    var text = wished == null || wished.isBlank() ? app : wished;
    var clean = text.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-+", "");
    var room = MAX - DIGITS - 1;
    var base = clean.substring(0, Math.min(clean.length(), room)).replaceAll("-+$", "");
    var digits = "%08x".formatted(random.nextInt());
    return base.isEmpty() ? "app-" + digits : base + "-" + digits;
  }
}
