package org.polykern.agent.file;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;

/**
 * A directory held open by its descriptor, and steps down from it that never follow a symbolic
 * link. What is inside is reached by {@link #child}, a path through {@code /proc/self/fd} whose
 * last component alone is left to the system.
 */
final class OpenDir implements AutoCloseable {
  private static final int AT_FDCWD = -100;
  private static final boolean ARM = System.getProperty("os.arch").equals("aarch64");
  private static final int O_DIRECTORY = ARM ? 0x4000 : 0x10000;
  private static final int O_NOFOLLOW = ARM ? 0x8000 : 0x20000;
  private static final int O_CLOEXEC = 0x80000;
  private static final int O_PATH = 0x200000;
  private static final int ENOENT = 2;
  private static final int ENOTDIR = 20;
  private static final int ELOOP = 40;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final MethodHandle OPENAT =
      LINKER.downcallHandle(
          LINKER.defaultLookup().findOrThrow("openat"),
          FunctionDescriptor.of(
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.ADDRESS,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT),
          Linker.Option.firstVariadicArg(3),
          Linker.Option.captureCallState("errno"));
  private static final MethodHandle CLOSE =
      LINKER.downcallHandle(
          LINKER.defaultLookup().findOrThrow("close"),
          FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));

  private final int descriptor;
  private final String shown;

  private OpenDir(int descriptor, String shown) {
    this.descriptor = descriptor;
    this.shown = shown;
  }

  /** Opens a directory that we own ourselves. */
  static OpenDir of(Path root) throws IOException {
    return new OpenDir(open(AT_FDCWD, root.toString(), root.toString(), O_DIRECTORY), "");
  }

  /**
   * The directory one step below.
   *
   * @throws NoSuchFileException when it is not there
   * @throws NotDirectoryException when it is something else, a symbolic link included
   */
  OpenDir below(String name) throws IOException {
    var path = shown + "/" + name;
    return new OpenDir(open(descriptor, name, path, O_DIRECTORY), path);
  }

  /** The entry itself, whatever it is, pinned: it can be looked at and opened through its path. */
  OpenDir pin(String name) throws IOException {
    var path = shown + "/" + name;
    return new OpenDir(open(descriptor, name, path, 0), path);
  }

  /** Path of an entry; only its last component is resolved, and only as the caller's call does. */
  Path child(String name) {
    return self().resolve(name);
  }

  /** Path of this very thing. */
  Path self() {
    return Path.of("/proc/self/fd/" + descriptor);
  }

  @Override
  public void close() {
    try {
      var ignored = (int) CLOSE.invokeExact(descriptor);
      assert ignored <= 0;
    } catch (Throwable e) {
      throw new IllegalStateException("close(2) cannot throw", e);
    }
  }

  private static int open(int at, String name, String shown, int flags) throws IOException {
    int opened;
    int error;
    try (var arena = Arena.ofConfined()) {
      var state = arena.allocate(STATE);
      opened =
          (int)
              OPENAT.invokeExact(
                  state, at, arena.allocateFrom(name), O_PATH | O_NOFOLLOW | O_CLOEXEC | flags, 0);
      error =
          state.get(
              ValueLayout.JAVA_INT,
              STATE.byteOffset(MemoryLayout.PathElement.groupElement("errno")));
    } catch (Throwable e) {
      throw new IllegalStateException("openat(2) cannot throw", e);
    }
    if (opened >= 0) {
      return opened;
    }
    throw switch (error) {
      case ENOENT -> new NoSuchFileException(shown);
      case ENOTDIR, ELOOP -> new NotDirectoryException(shown);
      default -> new FileSystemException(shown, null, "error " + error);
    };
  }
}
