package org.polykern.cli.jail;

import org.polykern.jail.call.Architecture;
import org.polykern.jail.call.SyscallTable;
import org.polykern.jail.nativelib.JailNative;
import org.polykern.jail.rule.Containment;
import org.polykern.jail.rule.Policy;
import org.polykern.jail.rule.RuleCompiler;

/** A policy's seccomp program for this machine. */
final class Filter {
  private Filter() {}

  static byte[] of(Policy policy, Containment containment, RuleCompiler.Purpose purpose) {
    Architecture architecture = Architecture.current();
    long[] rules =
        RuleCompiler.compile(policy, SyscallTable.of(architecture), containment, purpose);
    return JailNative.compile(architecture.auditValue(), rules);
  }
}
