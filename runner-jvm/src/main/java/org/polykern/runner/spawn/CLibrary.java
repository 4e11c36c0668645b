package org.polykern.runner.spawn;

import org.polykern.runner.home.KernelHome;

/**
 * The few functions of the C library that the JDK does not offer. By JNI: the first call through
 * the JDK's foreign functions costs 25 ms and 7 MB, this one a page.
 */
public final class CLibrary {
  static {
    if (!KernelHome.load("pk-calls")) {
      throw new IllegalStateException(
          "Expected libpk-calls.so beside the run-time image, but there is none: is this a whole"
              + " kernel home?");
    }
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

  /**
   * {@code ioctl(2)} with {@code FIONREAD}: how many bytes of a pipe nobody has read; 0 as well
   * when the descriptor is closed.
   */
  static native int unread(int descriptor);

  /** Gives back to the system what the C library's allocator holds for later. */
  public static native void trim();
}
