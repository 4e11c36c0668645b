package org.polykern.gateway.auth;

import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the date header: ISO 8601 (basic, extended, mixed), RFC 1123, RFC 850 and asctime. The
 * offset is kept, because the signing key is derived from the calendar day in that offset.
 */
final class RequestDate {
  private static final String TIME = "(?<hour>\\d{2}):(?<minute>\\d{2}):(?<second>\\d{2})";

  private static final Pattern ISO =
      Pattern.compile(
          "(?<year>\\d{4})-?(?<month>\\d{2})-?(?<day>\\d{2})[Tt ]"
              + "(?<hour>\\d{2}):?(?<minute>\\d{2})(?::?(?<second>\\d{2})(?:[.,](?<fraction>\\d+))?)?"
              + " ?(?<zone>[Zz]|[+-]\\d{2}(?::?\\d{2})?)?");

  private static final Pattern RFC =
      Pattern.compile(
          "(?:[A-Za-z]+, *)?(?<day>\\d{1,2})[ -](?<month>[A-Za-z]{3})[ -](?<year>\\d{4}|\\d{2}) "
              + TIME
              + "(?: ?(?<zone>GMT|UTC|UT|Z|[+-]\\d{2}:?\\d{2}))?");

  private static final Pattern ASCTIME =
      Pattern.compile(
          "[A-Za-z]{3} (?<month>[A-Za-z]{3}) +(?<day>\\d{1,2}) " + TIME + " (?<year>\\d{4})");

  private static final List<String> MONTHS =
      List.of("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec");

  private RequestDate() {}

  /** Null when the text is no date. A missing offset means UTC. */
  static @Nullable OffsetDateTime parse(String text) {
    for (var pattern : List.of(ISO, RFC, ASCTIME)) {
      var matcher = pattern.matcher(text.strip());
      if (matcher.matches()) {
        try {
          return read(matcher);
        } catch (DateTimeException noSuchDay) {
          return null;
        }
      }
    }
    return null;
  }

  private static OffsetDateTime read(Matcher m) {
    return OffsetDateTime.of(
        year(m.group("year")),
        month(m.group("month")),
        Integer.parseInt(m.group("day")),
        Integer.parseInt(m.group("hour")),
        Integer.parseInt(m.group("minute")),
        m.group("second") == null ? 0 : Integer.parseInt(m.group("second")),
        nanos(optional(m, "fraction")),
        zone(optional(m, "zone")));
  }

  private static int year(String digits) {
    var number = Integer.parseInt(digits);
    if (digits.length() == 4) {
      return number;
    }
    return number < 70 ? 2000 + number : 1900 + number;
  }

  private static int month(String text) {
    var index = MONTHS.indexOf(text.toLowerCase(Locale.ROOT));
    if (index >= 0) {
      return index + 1;
    }
    if (!Character.isDigit(text.charAt(0))) {
      throw new DateTimeException("No such month: " + text);
    }
    return Integer.parseInt(text);
  }

  private static int nanos(@Nullable String fraction) {
    return fraction == null ? 0 : Integer.parseInt((fraction + "000000000").substring(0, 9));
  }

  private static ZoneOffset zone(@Nullable String zone) {
    if (zone == null || Character.isLetter(zone.charAt(0))) {
      return ZoneOffset.UTC;
    }
    return ZoneOffset.of(zone);
  }

  private static @Nullable String optional(Matcher m, String group) {
    return m.namedGroups().containsKey(group) ? m.group(group) : null;
  }
}
