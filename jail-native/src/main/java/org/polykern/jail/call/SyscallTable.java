package org.polykern.jail.call;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedSet;
import java.util.TreeSet;

/** The system calls that one architecture's kernel headers know. */
public final class SyscallTable {
  private final Architecture architecture;
  private final Map<String, Integer> numbers;
  private final Map<Integer, String> names;
  private final SortedSet<String> sorted;
  private final int highest;

  private SyscallTable(Architecture architecture, Map<String, Integer> numbers) {
    this.architecture = architecture;
    this.numbers = Map.copyOf(numbers);
    Map<Integer, String> byNumber = new HashMap<>();
    numbers.forEach((name, number) -> byNumber.merge(number, name, SyscallTable::shorter));
    this.names = Map.copyOf(byNumber);
    this.sorted = Collections.unmodifiableSortedSet(new TreeSet<>(numbers.keySet()));
    this.highest = Collections.max(byNumber.keySet());
  }

  /**
   * The table of {@code architecture}, read once. Throws {@link IllegalStateException} when this
   * build has none: the table of the build machine's architecture is generated, the others are
   * checked in.
   */
  public static SyscallTable of(Architecture architecture) {
    return switch (architecture) {
      case X86_64 -> X86.TABLE;
      case AARCH64 -> Arm.TABLE;
    };
  }

  /** Whether this build has the table of {@code architecture}. */
  public static boolean has(Architecture architecture) {
    return SyscallTable.class.getResource(resource(architecture)) != null;
  }

  /** Reads lines of {@code name number}; blank lines and lines that begin with # are skipped. */
  public static SyscallTable parse(Architecture architecture, String text) {
    Map<String, Integer> numbers = new HashMap<>();
    text.lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty() && !line.startsWith("#"))
        .forEach(line -> add(numbers, line));
    if (numbers.isEmpty()) {
      throw new IllegalArgumentException("Expected a table of system calls, but it is empty.");
    }
    return new SyscallTable(architecture, numbers);
  }

  /** Whose numbers these are. */
  public Architecture architecture() {
    return architecture;
  }

  /** The number of {@code name}, empty when this architecture has no such call. */
  public OptionalInt number(String name) {
    Integer number = numbers.get(name);
    return number == null ? OptionalInt.empty() : OptionalInt.of(number);
  }

  /** The name of {@code number}, empty for a gap in the table. */
  public Optional<String> name(int number) {
    return Optional.ofNullable(names.get(number));
  }

  /** All names, sorted. */
  public SortedSet<String> names() {
    return sorted;
  }

  /** All numbers that have a name, ascending. */
  public int[] numbers() {
    return names.keySet().stream().mapToInt(Integer::intValue).sorted().toArray();
  }

  /** The highest number with a name; what is above it did not exist when this was built. */
  public int highest() {
    return highest;
  }

  private static void add(Map<String, Integer> numbers, String line) {
    String[] parts = line.split("\\s+", -1);
    if (parts.length != 2 || !parts[1].chars().allMatch(Character::isDigit)) {
      throw new IllegalArgumentException("Expected 'name number', but read '" + line + "'.");
    }
    numbers.put(parts[0], Integer.parseInt(parts[1]));
  }

  private static String shorter(String one, String other) {
    String[] both = {one, other};
    Arrays.sort(both, java.util.Comparator.comparingInt(String::length).thenComparing(s -> s));
    return both[0];
  }

  private static String resource(Architecture architecture) {
    return "/org/polykern/jail/syscalls-" + architecture.label() + ".txt";
  }

  private static SyscallTable load(Architecture architecture) {
    try (InputStream in = SyscallTable.class.getResourceAsStream(resource(architecture))) {
      if (in == null) {
        throw new IllegalStateException(
            "Expected the system calls of "
                + architecture.label()
                + " in this build, but there are none: build on such a machine.");
      }
      return parse(architecture, new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Loaded when first asked for. */
  private static final class X86 {
    static final SyscallTable TABLE = load(Architecture.X86_64);
  }

  /** Loaded when first asked for. */
  private static final class Arm {
    static final SyscallTable TABLE = load(Architecture.AARCH64);
  }
}
