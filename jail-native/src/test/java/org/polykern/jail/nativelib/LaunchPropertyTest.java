package org.polykern.jail.nativelib;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.jspecify.annotations.Nullable;

/** Whatever a description says, the helper runs the program by it or refuses with a sentence. */
class LaunchPropertyTest {
  private static final int REFUSED = 125;

  /** By SIGSYS: one of the filters below is an instruction that kills, so that nothing can run. */
  private static final int KILLED = 128 + 31;

  private static @Nullable Jail jail;

  @BeforeContainer
  static void makeJail() throws IOException, InterruptedException {
    jail = new Jail();
  }

  @AfterContainer
  static void removeJail() throws IOException {
    if (jail != null) {
      jail.close();
    }
  }

  @Property(tries = 150, edgeCases = EdgeCasesMode.NONE)
  void shouldRefuseOrObeyEveryDescription(@ForAll("descriptions") List<String> lines)
      throws Exception {
    Jail.End end = java.util.Objects.requireNonNull(jail).run(lines, List.of("/bin/true"));
    assertThat(end.status()).as("%s: %s", lines, end.errors()).isIn(0, REFUSED, 126, 127, KILLED);
    if (end.status() == REFUSED) {
      assertThat(end.errors()).startsWith("pk-jail: ").endsWith(".");
      assertThat(end.event("failed")).contains("\"sentence\":");
    }
  }

  @Provide
  Arbitrary<List<String>> descriptions() {
    Arbitrary<String> value =
        Arbitraries.oneOf(
            Arbitraries.of("", "1", "-1", "99999999999999999999", "/tmp", "a=b", "r /", "core 1 1"),
            Arbitraries.of(
                "\\", "\\x", "nofile 20 20", "core unlimited x", "0 0", "rwx", "signals"),
            Arbitraries.of("0000000000000000", "0600000000000000", "zz", "  ", "= ", "3 3 3 3"),
            Arbitraries.strings().ascii().excludeChars('\n', '\0').ofMaxLength(12));
    Arbitrary<String> key =
        Arbitraries.of(
            "mode",
            "user",
            "policy",
            "filter",
            "rlimit",
            "max-processes",
            "max-threads",
            "restrict",
            "max-creations",
            "max-execs",
            "path",
            "scope",
            "protect",
            "cwd",
            "umask",
            "unset",
            "set",
            "clear-environment",
            "keep",
            "watch",
            "messages",
            "grace-ms",
            "#",
            "",
            "Mode");
    Arbitrary<String> line =
        Combinators.combine(key, value).as((k, v) -> v.isEmpty() ? k : k + " " + v);
    return line.list()
        .ofMaxSize(4)
        .map(lines -> {
          List<String> whole = new ArrayList<>(List.of("pk-jail 1", "mode m1"));
          whole.addAll(lines);
          return whole;
        });
  }
}
