package org.polykern.jail.nativelib;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/**
 * What only C can do for the jail, without starting anything: make seccomp programs, run them as
 * the kernel would, ask what the kernel offers, and act for files as another user.
 *
 * <p>The library's file is named by the system property {@value #LIBRARY_PROPERTY}; without it, by
 * {@code java.library.path}. It is loaded at first use. All methods may be called from any thread;
 * none blocks.
 *
 * <p>Rules are an array of {@code long}:
 *
 * <pre>
 *   [0] action for a call number above the highest known one
 *   [1] highest known call number
 *   [2] number of rules, then each rule:
 *       call number, action (a SECCOMP_RET value with its data), number of tests n (at most 16),
 *       n times: argument index 0-5, width 32 or 64, operation, value, mask
 * </pre>
 *
 * Operations: 0 equal, 1 not equal, 2 {@code (v & mask) != 0}, 3 {@code (v & mask) == value}, 4
 * greater and 5 less, both unsigned. Width 32 looks at the low 32 bits of argument, value and mask.
 * Rules of one call are consecutive; the first whose tests all hold gives the action; a known call
 * without one is allowed. Around the rules every program says: foreign architecture, kill the
 * process; on x86-64 number -1 is allowed (the kernel answers ENOSYS) and numbers of x32 get
 * ENOSYS.
 */
public final class JailNative {
  /** The system property with the absolute path of {@code libpkjail.so}. */
  public static final String LIBRARY_PROPERTY = "polykern.jail.library";

  /** The kernel's audit value of x86-64. */
  public static final int ARCH_X86_64 = 0xC000003E;

  /** The kernel's audit value of aarch64. */
  public static final int ARCH_AARCH64 = 0xC00000B7;

  static {
    loadLibrary();
  }

  private JailNative() {}

  /**
   * Compiles rules to a seccomp program.
   *
   * @param auditArch {@link #ARCH_X86_64} or {@link #ARCH_AARCH64}
   * @param rules the array described above
   * @return the instructions, 8 bytes each, in this machine's byte order
   * @throws IllegalArgumentException when the array breaks its format or the program would reach
   *     4096 instructions
   */
  public static byte[] compile(int auditArch, long[] rules) {
    return compile0(auditArch, Objects.requireNonNull(rules));
  }

  /**
   * What a program says to one call.
   *
   * @param bpf a program as {@link #compile} makes it
   * @param arch audit value of the calling process
   * @param nr call number
   * @param ip address of the calling instruction
   * @param args the six argument registers
   * @return a SECCOMP_RET value with its data
   * @throws IllegalArgumentException when the kernel would not take the program
   */
  public static int evaluate(byte[] bpf, int arch, int nr, long ip, long[] args) {
    return evaluate0(Objects.requireNonNull(bpf), arch, nr, ip, Objects.requireNonNull(args));
  }

  /** Asks the running kernel; changes nothing. */
  public static KernelAbilities probe() {
    long[] found = probe0();
    return new KernelAbilities(
        (int) found[0], (int) found[1], (int) found[2], found[3] == 1, (int) found[4]);
  }

  /** Loads the library, unless it is loaded: for classes with natives of their own in it. */
  public static void load() {
    // The initialization of this class does it.
  }

  /**
   * Whether the calling thread has the capabilities {@code SETUID}, {@code SETGID} and {@code KILL}
   * that a helper needs in mode m2, and with which it would start.
   */
  public static boolean canSupervise() {
    return supervises0();
  }

  /**
   * Makes another user the one that counts when the calling thread opens or changes files, and all
   * threads that it starts from then on; signals and the like still go by the process's own. From
   * then on the process is not dumpable, so other processes of its users cannot look into it.
   *
   * @param uid the user, not negative
   * @throws IOException when that is not permitted; then nothing is changed
   */
  public static void actForFilesAs(int uid) throws IOException {
    if (uid < 0) {
      throw new IllegalArgumentException("Expected a user that is not negative, but got " + uid);
    }
    int now = actForFilesAs0(uid);
    if (now != uid) {
      throw new IOException(
          "Expected to act for files as user "
              + uid
              + ", but this thread still acts as "
              + now
              + ": start the process with the capability SETUID.");
    }
  }

  private static native boolean supervises0();

  private static native int actForFilesAs0(int uid);

  private static native byte[] compile0(int auditArch, long[] rules);

  private static native int evaluate0(byte[] bpf, int arch, int nr, long ip, long[] args);

  private static native long[] probe0();

  private static void loadLibrary() {
    String file = System.getProperty(LIBRARY_PROPERTY);
    if (file == null) {
      System.loadLibrary("pkjail");
      return;
    }
    Path path = Path.of(file).toAbsolutePath();
    if (!Files.isReadable(path)) {
      throw new UnsatisfiedLinkError(
          "Expected the jail's library at "
              + path
              + ", but no such file can be read: build the module jail-native, or correct the system"
              + " property "
              + LIBRARY_PROPERTY
              + ".");
    }
    System.load(path.toString());
  }
}
