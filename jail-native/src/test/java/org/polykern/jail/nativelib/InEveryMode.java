package org.polykern.jail.nativelib;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** What tests with real jails share: one directory a class, and every mode the machine permits. */
abstract class InEveryMode {
  static final int EPERM = 1;
  static final int EAGAIN = 11;
  static final int SOCKET = 41;
  static final int CLONE = 56;
  static final int FORK = 57;
  static final int VFORK = 58;
  static final int EXECVE = 59;
  static final int PTRACE = 101;
  static final int GETPPID = 110;
  static final int GETSID = 124;
  static final int CLONE3 = 435;

  /** No shell and no name lookup of its C library makes this call. */
  static final int EVENTFD2 = 290;

  private static @Nullable Jail made;

  /** Settings of one mode, to which a test adds. */
  record Mode(String name, List<String> settings) {
    List<String> with(String... more) {
      return Stream.concat(settings.stream(), Stream.of(more)).toList();
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Mode> modes() {
    Mode same = new Mode("m1", Jail.sameUser());
    return Jail.isRoot()
        ? Stream.of(
            new Mode("m2-root", Jail.supervised()),
            new Mode("m2-user", Jail.supervisedByAnother()),
            same)
        : Stream.of(same);
  }

  @BeforeAll
  static void makeJail() throws IOException, InterruptedException {
    // The numbers above are those of x86-64.
    assumeTrue(JailNative.probe().auditArch() == JailNative.ARCH_X86_64);
    made = new Jail();
  }

  @AfterAll
  static void removeJail() throws IOException {
    if (made != null) {
      made.close();
    }
  }

  static Jail jail() {
    return java.util.Objects.requireNonNull(made);
  }

  /** Creation is counted and clone3 looks absent, as in every real policy. */
  static Rules counting() {
    return Rules.upTo(469)
        .add(FORK, Rules.count())
        .add(VFORK, Rules.count())
        .add(CLONE, Rules.count())
        .add(CLONE3, Rules.ENOSYS);
  }
}
