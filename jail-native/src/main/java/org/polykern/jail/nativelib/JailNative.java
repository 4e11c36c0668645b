package org.polykern.jail.nativelib;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/**
 * What only C can do for the jail, without starting anything: make seccomp programs, run them as
 * the kernel would, and ask what the kernel offers.
 *
 * <p>The library's file is named by the system property {@value #LIBRARY_PROPERTY}; without it, by
 * {@code java.library.path}. It is loaded at first use. All methods are stateless and may be called
 * from any thread; none blocks.
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
    load();
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

  private static native byte[] compile0(int auditArch, long[] rules);

  private static native int evaluate0(byte[] bpf, int arch, int nr, long ip, long[] args);

  private static native long[] probe0();

  private static void load() {
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
