package org.polykern.runner.spawn;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/** {@code mkfifo(3)}, which the JDK does not offer; linked when it is first used. */
public final class Fifo {
  private static final int OWNER_ONLY = 0600;

  private static final MethodHandle MAKE =
      Linker.nativeLinker()
          .downcallHandle(
              Linker.nativeLinker().defaultLookup().findOrThrow("mkfifo"),
              FunctionDescriptor.of(
                  ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT));

  private Fifo() {}

  /**
   * Makes a named pipe that its owner alone may open.
   *
   * @throws IOException if there is something of this name, or it cannot be made
   */
  public static void make(Path path) throws IOException {
    int result;
    try (Arena arena = Arena.ofConfined()) {
      result = (int) MAKE.invokeExact(arena.allocateFrom(path.toString()), OWNER_ONLY);
    } catch (Throwable e) {
      throw new IllegalStateException("mkfifo(3) could not be called.", e);
    }
    if (result != 0) {
      throw new IOException("Expected to make the named pipe " + path + ", but could not.");
    }
  }
}
