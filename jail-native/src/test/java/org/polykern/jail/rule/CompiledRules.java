package org.polykern.jail.rule;

/** Evaluates compiled rules as their form is documented, without the types they came from. */
final class CompiledRules {
  private CompiledRules() {}

  /** The SECCOMP_RET value for a call of x86-64. */
  static long evaluate(long[] rules, int number, long[] arguments) {
    if (number == -1) {
      return 0x7FFF0000L;
    }
    if (Integer.compareUnsigned(number, 0x40000000) >= 0
        || Integer.compareUnsigned(number, (int) rules[1]) > 0) {
      return rules[0];
    }
    int at = 3;
    for (long i = 0; i < rules[2]; i++) {
      long ruleNumber = rules[at];
      long action = rules[at + 1];
      int tests = (int) rules[at + 2];
      at += 3;
      boolean matches = ruleNumber == number;
      for (int t = 0; t < tests; t++, at += 5) {
        matches &=
            matches(
                arguments[(int) rules[at]],
                rules[at + 1],
                rules[at + 2],
                rules[at + 3],
                rules[at + 4]);
      }
      if (matches) {
        return action;
      }
    }
    return 0x7FFF0000L;
  }

  private static boolean matches(long register, long width, long op, long value, long mask) {
    long seen = width == 32 ? Integer.toUnsignedLong((int) register) : register;
    return switch ((int) op) {
      case 0 -> seen == value;
      case 1 -> seen != value;
      case 2 -> (seen & mask) != 0;
      case 3 -> (seen & mask) == value;
      case 4 -> Long.compareUnsigned(seen, value) > 0;
      case 5 -> Long.compareUnsigned(seen, value) < 0;
      default -> throw new IllegalArgumentException("No comparison has the code " + op + ".");
    };
  }
}
