package org.polykern.gateway.proxy;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Cookies as they stand in headers; everything that is not ours stays as it came. */
public final class Cookies {
  private Cookies() {}

  /** All values under this name: a page of another app on this host may have set one too. */
  public static List<String> values(MultiMap headers, String name) {
    var found = new ArrayList<String>();
    for (var pair : pairs(headers)) {
      var equals = pair.indexOf('=');
      if (equals > 0 && pair.substring(0, equals).strip().equals(name)) {
        found.add(pair.substring(equals + 1).strip());
      }
    }
    return found;
  }

  /** The Cookie header without permits, those of other circuits included; null = nothing left. */
  public static @Nullable String withoutPermits(MultiMap headers) {
    var kept = pairs(headers).stream().filter(pair -> !isPermit(pair)).toList();
    return kept.isEmpty() ? null : String.join("; ", kept);
  }

  /** Whether a Set-Cookie (or a pair of a Cookie header) names a permit. */
  public static boolean isPermit(String cookie) {
    return cookie.strip().toLowerCase(Locale.ROOT).startsWith(Permit.COOKIE_PREFIX);
  }

  private static List<String> pairs(MultiMap headers) {
    var pairs = new ArrayList<String>();
    for (var header : headers.getAll(HttpHeaders.COOKIE)) {
      for (var pair : header.split(";", -1)) {
        if (!pair.isBlank()) {
          pairs.add(pair.strip());
        }
      }
    }
    return pairs;
  }
}
