package org.polykern.jail.rule;

import java.util.Collections;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** The errors that a refused call may show; the numbers are the same on all architectures here. */
public final class Errno {
  public static final int EPERM = 1;
  public static final int EAGAIN = 11;
  public static final int ENOSYS = 38;
  public static final int EAFNOSUPPORT = 97;

  private static final SortedMap<String, Integer> NUMBERS = numbers();

  private Errno() {}

  /** The number of an error's name, such as {@code EACCES}. */
  public static OptionalInt number(String name) {
    Integer number = NUMBERS.get(name);
    return number == null ? OptionalInt.empty() : OptionalInt.of(number);
  }

  /** The name of a number, or the number itself when it has no name here. */
  public static String name(int number) {
    return NUMBERS.entrySet().stream()
        .filter(entry -> entry.getValue() == number)
        .map(java.util.Map.Entry::getKey)
        .findFirst()
        .orElse(Integer.toString(number));
  }

  /** All names, sorted. */
  public static SortedSet<String> names() {
    return new TreeSet<>(NUMBERS.keySet());
  }

  private static SortedMap<String, Integer> numbers() {
    String firstByNumber =
        "EPERM ENOENT ESRCH EINTR EIO ENXIO E2BIG ENOEXEC EBADF ECHILD EAGAIN ENOMEM EACCES EFAULT"
            + " ENOTBLK EBUSY EEXIST EXDEV ENODEV ENOTDIR EISDIR EINVAL ENFILE EMFILE ENOTTY"
            + " ETXTBSY EFBIG ENOSPC ESPIPE EROFS EMLINK EPIPE EDOM ERANGE EDEADLK ENAMETOOLONG"
            + " ENOLCK ENOSYS ENOTEMPTY ELOOP";
    SortedMap<String, Integer> numbers = new TreeMap<>();
    int number = 1;
    for (String name : firstByNumber.split(" ", -1)) {
      numbers.put(name, number++);
    }
    numbers.put("EPROTONOSUPPORT", 93);
    numbers.put("ESOCKTNOSUPPORT", 94);
    numbers.put("EOPNOTSUPP", 95);
    numbers.put("EAFNOSUPPORT", EAFNOSUPPORT);
    numbers.put("ENETDOWN", 100);
    numbers.put("ENETUNREACH", 101);
    numbers.put("ECONNREFUSED", 111);
    numbers.put("EHOSTUNREACH", 113);
    return Collections.unmodifiableSortedMap(numbers);
  }
}
