package org.polykern.jail.call;

import java.util.Locale;

/** A machine whose system calls can be filtered. */
public enum Architecture {
  X86_64("x86_64", 0xC000003E),
  AARCH64("aarch64", 0xC00000B7);

  private final String label;
  private final int auditValue;

  Architecture(String label, int auditValue) {
    this.label = label;
    this.auditValue = auditValue;
  }

  /** The name as the kernel writes it, also in the table's file name. */
  public String label() {
    return label;
  }

  /** What seccomp reports in {@code seccomp_data.arch} for this architecture's own calls. */
  public int auditValue() {
    return auditValue;
  }

  /** The architecture this JVM runs on; throws {@link UnsupportedOperationException} on others. */
  public static Architecture current() {
    String name = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
    return switch (name) {
      case "amd64", "x86_64" -> X86_64;
      case "aarch64", "arm64" -> AARCH64;
      default ->
          throw new UnsupportedOperationException(
              "Expected x86-64 or aarch64, but this machine is '" + name + "'.");
    };
  }
}
