package org.polykern.accel.rocm;

import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.LongByReference;
import java.util.OptionalLong;
import java.util.function.IntSupplier;
import java.util.function.ToIntFunction;

/** Calls of both libraries: 0 is success, all else and a missing function is "not told". */
final class Call {
  private Call() {}

  static boolean succeeds(IntSupplier call) {
    try {
      return call.getAsInt() == 0;
    } catch (UnsatisfiedLinkError e) {
      return false;
    }
  }

  /** A call that fills in 64 bits. */
  static OptionalLong wide(ToIntFunction<LongByReference> call) {
    var out = new LongByReference();
    return succeeds(() -> call.applyAsInt(out))
        ? OptionalLong.of(out.getValue())
        : OptionalLong.empty();
  }

  /** A call that fills in 32 bits, signed. */
  static OptionalLong narrow(ToIntFunction<IntByReference> call) {
    var out = new IntByReference();
    return succeeds(() -> call.applyAsInt(out))
        ? OptionalLong.of(out.getValue())
        : OptionalLong.empty();
  }
}
