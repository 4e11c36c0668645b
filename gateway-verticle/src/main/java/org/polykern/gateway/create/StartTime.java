package org.polykern.gateway.create;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.regex.Pattern;
import org.polykern.common.problem.Problem;

/** {@code starts_at}: a date-time, or a duration from now such as {@code 30min}, {@code 1d1hr}. */
final class StartTime {
  private static final Pattern PART =
      Pattern.compile("(\\d{1,9})\\s*(w|d|days?|hr?|hours?|min|m|s|sec)\\s*");
  private static final Pattern DURATION = Pattern.compile("(" + PART.pattern() + ")+");

  private StartTime() {}

  /** Throws 400. A missing offset means UTC. */
  static OffsetDateTime parse(String text, Instant now) {
    var trimmed = text.strip();
    if (trimmed.matches("\\d{1,9}")) {
      return now.plusSeconds(Long.parseLong(trimmed)).atOffset(ZoneOffset.UTC);
    }
    if (DURATION.matcher(trimmed).matches()) {
      return now.plus(duration(trimmed)).atOffset(ZoneOffset.UTC);
    }
    try {
      return OffsetDateTime.parse(trimmed.replace(' ', 'T'));
    } catch (DateTimeException withoutOffset) {
      try {
        return LocalDateTime.parse(trimmed.replace(' ', 'T')).atOffset(ZoneOffset.UTC);
      } catch (DateTimeException e) {
        throw Problem.invalid(
                "starts_at",
                "Expected a date-time such as 2026-01-31T08:00:00Z or a duration such as 30min, but"
                    + " got '"
                    + text
                    + "'.")
            .toException();
      }
    }
  }

  private static Duration duration(String text) {
    var total = Duration.ZERO;
    var parts = PART.matcher(text);
    while (parts.find()) {
      var n = Long.parseLong(parts.group(1));
      total =
          total.plus(
              switch (parts.group(2)) {
                case "w" -> Duration.ofDays(7 * n);
                case "d", "day", "days" -> Duration.ofDays(n);
                case "h", "hr", "hour", "hours" -> Duration.ofHours(n);
                case "m", "min" -> Duration.ofMinutes(n);
                default -> Duration.ofSeconds(n);
              });
    }
    return total;
  }
}
