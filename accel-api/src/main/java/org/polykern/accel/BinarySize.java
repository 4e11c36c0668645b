package org.polykern.accel;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Sizes in bytes as people write them: {@code 512m}, {@code 1.5g}, {@code 4GiB}; powers of 1024.
 */
public final class BinarySize {
  private static final String UNITS = "kmgtpe";
  private static final Pattern GRAMMAR =
      Pattern.compile("(\\d+(?:\\.\\d+)?)\\s?([kmgtpe]?)(?:i?b(?:ytes?)?)?");

  private BinarySize() {}

  /**
   * Bytes meant by the text; a product with a unit is truncated to whole bytes.
   *
   * @throws IllegalArgumentException when it is no size, is a fraction of a byte, or is 8 EiB or
   *     more
   */
  public static long parse(String text) {
    var matcher = GRAMMAR.matcher(text.strip().replace("_", "").toLowerCase(Locale.ROOT));
    if (!matcher.matches()) {
      throw wrong(text);
    }
    var unit = matcher.group(2).isEmpty() ? 0 : UNITS.indexOf(matcher.group(2)) + 1;
    var bytes = new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(1024).pow(unit));
    try {
      return unit == 0
          ? bytes.longValueExact()
          : bytes.setScale(0, RoundingMode.DOWN).longValueExact();
    } catch (ArithmeticException e) {
      throw wrong(text);
    }
  }

  private static IllegalArgumentException wrong(String text) {
    return new IllegalArgumentException(
        "Expected a size such as 512m or 1.5g, but got '" + text + "'");
  }
}
