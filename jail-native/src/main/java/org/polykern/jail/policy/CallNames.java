package org.polykern.jail.policy;

import java.util.Collections;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.polykern.jail.call.Architecture;
import org.polykern.jail.call.SyscallTable;

/** The names that a policy may use: those of any architecture, since a file serves them all. */
final class CallNames {
  private static final SortedSet<String> KNOWN = known();

  private CallNames() {}

  static Set<String> all() {
    return KNOWN;
  }

  /** Says so when {@code name} is no system call. */
  static boolean check(Fields.Text name, Findings findings) {
    if (KNOWN.contains(name.text())) {
      return true;
    }
    findings.doubt(name.line(), Fields.unknown("the name of a system call", name.text(), KNOWN));
    return false;
  }

  private static SortedSet<String> known() {
    SortedSet<String> names = new TreeSet<>();
    for (Architecture architecture : Architecture.values()) {
      if (SyscallTable.has(architecture)) {
        names.addAll(SyscallTable.of(architecture).names());
      }
    }
    return Collections.unmodifiableSortedSet(names);
  }
}
