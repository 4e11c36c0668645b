package org.polykern.common.resource;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.regex.Pattern;

/** Sizes as people write them: {@code 512m}, {@code 1.5g}, {@code 4GiB}; powers of 1024. */
public final class DataSize {
  private static final String UNITS = "kmgtpezy";
  private static final Pattern GRAMMAR =
      Pattern.compile("(\\d+(?:\\.\\d+)?)([kmgtpezy]?)(?:i?b(?:ytes?)?)?");

  private DataSize() {}

  /**
   * Bytes meant by the text; a product with a unit is truncated to whole bytes.
   *
   * @throws IllegalArgumentException when it is not a size, or is a fraction without a unit
   */
  public static BigDecimal parse(String text) {
    var matcher = GRAMMAR.matcher(text.strip().replace("_", "").toLowerCase(Locale.ROOT));
    if (!matcher.matches() || (matcher.group(2).isEmpty() && matcher.group(1).contains("."))) {
      throw new IllegalArgumentException(
          "Expected a size such as 512m or 1.5g, but got '" + text + "'");
    }
    var factor = BigDecimal.ONE;
    if (!matcher.group(2).isEmpty()) {
      factor = BigDecimal.valueOf(1024).pow(UNITS.indexOf(matcher.group(2)) + 1);
    }
    return new BigDecimal(new BigDecimal(matcher.group(1)).multiply(factor).toBigInteger());
  }

  /** The largest unit not above the value, at most two decimals: {@code 1.5g}. */
  public static String format(BigDecimal bytes) {
    var unit = -1;
    var value = bytes;
    var step = BigDecimal.valueOf(1024);
    while (value.abs().compareTo(step) >= 0 && unit < UNITS.length() - 1) {
      value = value.divide(step);
      unit++;
    }
    var rounded = value.setScale(2, java.math.RoundingMode.HALF_UP).stripTrailingZeros();
    return rounded.toPlainString() + (unit < 0 ? "" : UNITS.substring(unit, unit + 1));
  }
}
