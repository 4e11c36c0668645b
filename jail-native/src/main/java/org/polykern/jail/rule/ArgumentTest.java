package org.polykern.jail.rule;

/**
 * A test of one register of a call.
 *
 * @param index 0 to 5
 * @param width how much of the register counts: the kernel cuts {@code int} arguments to the low
 *     word, so a test of the whole register could be dodged with rubbish in the high one
 * @param value what is compared with; of a 32-bit test only the low word counts
 * @param mask for the two masking comparisons, which bits count; ignored by the others
 */
public record ArgumentTest(int index, Width width, Comparison comparison, long value, long mask) {
  /** How many bits of the register are looked at. */
  public enum Width {
    WORD(32),
    LONG(64);

    private final int bits;

    Width(int bits) {
      this.bits = bits;
    }

    /** 32 or 64. */
    public int bits() {
      return bits;
    }

    long cut(long register) {
      return this == WORD ? register & 0xFFFF_FFFFL : register;
    }
  }

  /** How register and value are compared; the codes are those of the compiled form. */
  public enum Comparison {
    EQUAL(0),
    NOT_EQUAL(1),
    ANY_BIT(2),
    MASKED_EQUAL(3),
    ABOVE(4),
    BELOW(5);

    private final int code;

    Comparison(int code) {
      this.code = code;
    }

    /** The number that stands for this comparison in compiled rules. */
    public int code() {
      return code;
    }
  }

  public ArgumentTest {
    if (index < 0 || index > 5) {
      throw new IllegalArgumentException(
          "Expected an argument from 0 to 5, but it is " + index + ".");
    }
    value = width.cut(value);
    mask = width.cut(mask);
  }

  /** The low word of the argument is {@code value}. */
  public static ArgumentTest word(int index, long value) {
    return new ArgumentTest(index, Width.WORD, Comparison.EQUAL, value, 0);
  }

  /** The low word of the argument is not {@code value}. */
  public static ArgumentTest wordIsNot(int index, long value) {
    return new ArgumentTest(index, Width.WORD, Comparison.NOT_EQUAL, value, 0);
  }

  /** The low word of the argument has at least one of the bits of {@code mask}. */
  public static ArgumentTest anyBit(int index, long mask) {
    return new ArgumentTest(index, Width.WORD, Comparison.ANY_BIT, 0, mask);
  }

  /** The bits of {@code mask} in the low word of the argument are {@code value}. */
  public static ArgumentTest masked(int index, long mask, long value) {
    return new ArgumentTest(index, Width.WORD, Comparison.MASKED_EQUAL, value, mask);
  }

  /** Whether a call with these registers passes the test. */
  public boolean matches(long[] arguments) {
    long register = width.cut(arguments[index]);
    return switch (comparison) {
      case EQUAL -> register == value;
      case NOT_EQUAL -> register != value;
      case ANY_BIT -> (register & mask) != 0;
      case MASKED_EQUAL -> (register & mask) == value;
      case ABOVE -> Long.compareUnsigned(register, value) > 0;
      case BELOW -> Long.compareUnsigned(register, value) < 0;
    };
  }
}
