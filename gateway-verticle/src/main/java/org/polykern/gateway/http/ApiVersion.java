package org.polykern.gateway.http;

import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.polykern.common.problem.Problem;
import org.polykern.common.problem.ProblemCode;

/** {@code v6.20220615}: the major number rules shapes, the date is a revision. */
public record ApiVersion(int major, String date) implements Comparable<ApiVersion> {
  private static final Pattern GRAMMAR = Pattern.compile("v(\\d{1,2})\\.(\\d{8})");
  private static final int OLDEST = 4;
  private static final int NEWEST = 9;
  private static final ApiVersion UNNAMED = new ApiVersion(5, "20191215");

  private static final Map<Integer, String> REVISION_OF_PREFIX =
      Map.of(
          2,
          "20170915",
          3,
          "20181215",
          4,
          "20190615",
          5,
          "20191215",
          6,
          "20220615",
          7,
          "20230615",
          8,
          "20240315",
          9,
          "20250722");

  /**
   * The version that a request asks for: its header, else the number in its path, else v5.20191215.
   * Any well-formed version from v4 to v9 is served.
   *
   * @param prefix the N of a leading {@code /vN}, or null
   * @throws org.polykern.common.problem.ProblemException 400 when unparsable or out of range
   */
  static ApiVersion of(@Nullable String header, @Nullable Integer prefix) {
    if (header != null) {
      var version = parse(header);
      if (version == null || version.major < OLDEST || version.major > NEWEST) {
        throw unsupported();
      }
      return version;
    }
    return prefix == null ? UNNAMED : ofPrefix(prefix);
  }

  /** Throws IllegalArgumentException when malformed. */
  public static ApiVersion of(String text) {
    var version = parse(text);
    if (version == null) {
      throw new IllegalArgumentException(
          "Expected a version such as v6.20220615, but got '" + text + "'");
    }
    return version;
  }

  /** {@code prefix} is 2 to 9. */
  static ApiVersion ofPrefix(int prefix) {
    var date = REVISION_OF_PREFIX.get(prefix);
    if (date == null) {
      throw unsupported();
    }
    return new ApiVersion(prefix, date);
  }

  private static @Nullable ApiVersion parse(String text) {
    var matcher = GRAMMAR.matcher(text.strip());
    return matcher.matches()
        ? new ApiVersion(Integer.parseInt(matcher.group(1)), matcher.group(2))
        : null;
  }

  private static RuntimeException unsupported() {
    return Problem.of(ProblemCode.BAD_REQUEST, "Unsupported API version.").toException();
  }

  @Override
  public int compareTo(ApiVersion other) {
    var byMajor = Integer.compare(major, other.major);
    return byMajor != 0 ? byMajor : date.compareTo(other.date);
  }

  @Override
  public String toString() {
    return "v" + major + "." + date;
  }
}
