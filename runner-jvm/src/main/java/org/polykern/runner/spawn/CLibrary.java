package org.polykern.runner.spawn;

import java.nio.file.Path;

/**
 * The few functions of the C library that the JDK does not offer. By JNI: the first call through
 * the JDK's foreign functions costs 25 ms and 7 MB, this one a page.
 */
public final class CLibrary {
  static {
    String file = System.getProperty("runner.calls");
    System.load(
        file == null
            ? Path.of(System.getProperty("java.home"), "..", "libpk-calls.so")
                .normalize()
                .toString()
            : file);
  }

  private CLibrary() {}

  /** {@code kill(2)}; 0 or the error number. */
  static native int kill(int pid, int signal);

  /**
   * {@code mkfifo(3)}; 0 or the error number.
   *
   * @param path ends with a zero byte
   */
  static native int mkfifo(byte[] path, int mode);

  /** Gives back to the system what the C library's allocator holds for later. */
  public static native void trim();
}
