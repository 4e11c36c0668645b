package org.polykern.jail.nativelib;

import java.util.ArrayList;
import java.util.List;

/** Writes the array of {@link JailNative#compile}, and answers as it should, without cleverness. */
final class Rules {
  static final int KILL = 0x80000000;
  static final int ALLOW = 0x7fff0000;
  static final int ENOSYS = 0x00050000 | 38;

  /** One test of an argument. */
  record Argument(int index, int width, int operation, long value, long mask) {
    boolean holds(long[] args) {
      long bits = width == 64 ? -1L : 0xFFFF_FFFFL;
      long v = args[index] & bits;
      return switch (operation) {
        case 0 -> v == (value & bits);
        case 1 -> v != (value & bits);
        case 2 -> (v & mask) != 0;
        case 3 -> (v & mask & bits) == (value & bits);
        case 4 -> Long.compareUnsigned(v, value & bits) > 0;
        case 5 -> Long.compareUnsigned(v, value & bits) < 0;
        default -> throw new AssertionError(operation);
      };
    }
  }

  /** One rule. */
  record Rule(int nr, int action, List<Argument> tests) {
    boolean holds(long[] args) {
      return tests.stream().allMatch(test -> test.holds(args));
    }
  }

  private final int unknown;
  private final int highest;
  private final List<Rule> rules = new ArrayList<>();

  Rules(int unknown, int highest) {
    this.unknown = unknown;
    this.highest = highest;
  }

  static Rules upTo(int highest) {
    return new Rules(ENOSYS, highest);
  }

  static int errno(int errno) {
    return 0x00050000 | errno;
  }

  /** Stop for the tracer, which counts what is created. */
  static int count() {
    return 0x7ff00000 | 1;
  }

  /** Stop for the tracer, which refuses and reports. */
  static int refuse(int errno) {
    return 0x7ff00000 | 0x1000 | errno;
  }

  /** Stop for the tracer, which asks outside. */
  static int ask() {
    return 0x7ff00000 | 3;
  }

  /** Stop for the tracer, which reports. */
  static int watch() {
    return 0x7ff00000 | 9;
  }

  Rules add(int nr, int action, Argument... tests) {
    rules.add(new Rule(nr, action, List.of(tests)));
    return this;
  }

  Rules addAll(List<Rule> more) {
    rules.addAll(more);
    return this;
  }

  long[] array() {
    List<Long> longs = new ArrayList<>();
    longs.addAll(List.of((long) unknown, (long) highest, (long) rules.size()));
    for (Rule rule : rules) {
      longs.addAll(List.of((long) rule.nr, (long) rule.action, (long) rule.tests.size()));
      for (Argument test : rule.tests) {
        longs.addAll(
            List.of(
                (long) test.index,
                (long) test.width,
                (long) test.operation,
                test.value,
                test.mask));
      }
    }
    return longs.stream().mapToLong(Long::longValue).toArray();
  }

  /** What the program for {@code programArch} must say to this call. */
  int answer(int programArch, int arch, int nr, long[] args) {
    if (arch != programArch) {
      return KILL;
    }
    if (programArch == JailNative.ARCH_X86_64 && nr == -1) {
      return ALLOW;
    }
    if (programArch == JailNative.ARCH_X86_64 && Integer.compareUnsigned(nr, 0x40000000) >= 0) {
      return ENOSYS;
    }
    if (Integer.compareUnsigned(nr, highest) > 0) {
      return unknown;
    }
    return rules.stream()
        .filter(rule -> rule.nr == nr && rule.holds(args))
        .mapToInt(Rule::action)
        .findFirst()
        .orElse(ALLOW);
  }
}
