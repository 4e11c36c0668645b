package org.polykern.runner.spawn;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * {@code kill(2)}, which the JDK offers for single processes and two signals only. The call is
 * linked when this class is first used, since linking costs time and memory that an idle runner
 * never needs.
 */
final class SignalCall {
  private static final MethodHandle KILL =
      Linker.nativeLinker()
          .downcallHandle(
              Linker.nativeLinker().defaultLookup().findOrThrow("kill"),
              FunctionDescriptor.of(
                  ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));

  private SignalCall() {}

  /** True when the signal was sent; false when there is no such process or it is not ours. */
  static boolean kill(int pid, Signal signal) {
    try {
      return (int) KILL.invokeExact(pid, signal.number()) == 0;
    } catch (Throwable e) {
      throw new IllegalStateException("kill(2) could not be called.", e);
    }
  }
}
