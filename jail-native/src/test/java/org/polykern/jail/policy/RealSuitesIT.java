package org.polykern.jail.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.polykern.jail.rule.Containment;

/** Programs that test themselves, written by others, find nothing missing in the jail. */
class RealSuitesIT {
  private static final int MINUTES = 8;

  /** Debian's own, whatever else is installed. */
  private static final String PYTHON = "/usr/bin/python3";

  private static final List<String> MODULES =
      List.of("test_subprocess", "test_threading", "test_os");

  /** Fewer would mean that most of the three modules was left out. */
  private static final int FEWEST_TESTS = 450;

  /** It sets the bit by which a directory hands its group on; the built-in policy refuses that. */
  private static final String SKIPS_ITSELF =
      "test.test_os.MakedirTests.test_exist_ok_s_isgid_directory passes only beside the jail";

  private static final String SOURCES = "POLYKERN_C_SUITE";
  private static final Pattern TEST =
      Pattern.compile("<testcase name=\"([^\"]+)\"(?:[^>]*/>|(.*?)</testcase>)", Pattern.DOTALL);
  private static final Pattern NOT_PASSED = Pattern.compile("<(skipped|failure|error)\\b");

  @TempDir Path directory;

  @BeforeEach
  void letOthersIn() throws IOException {
    assumeTrue(JailedRun.isRoot(), "Expected to be root, so that the programs can be another user");
    open(directory);
  }

  @Test
  void shouldPassTheTestsOfPythonThatPassBesideTheJail() throws Exception {
    List<String> known = List.of(PYTHON, "-c", "import test.test_subprocess");
    assumeTrue(
        new ProcessBuilder(known).start().waitFor() == 0,
        "Expected CPython's own tests, but they are missing: install libpython3.11-testsuite");
    List<String> command = new ArrayList<>(List.of(PYTHON, "-m", "test.regrtest"));
    command.addAll(List.of("--junit-xml", "junit.xml"));
    command.addAll(MODULES);
    // Side by side: they wait more than they compute.
    Running free = start("free", null, command);
    Running jailed = start("jailed", "python", command);
    free.end();
    jailed.end();
    Set<String> expected = free.passed();
    assertThat(expected).as(free.output()).hasSizeGreaterThan(FEWEST_TESTS);
    assertThat(differing(expected, jailed.passed())).isSubsetOf(SKIPS_ITSELF);
  }

  /**
   * Tests that passed on one side only. They are tried once more on the other: some of them measure
   * time, and the machine does other things as well.
   */
  private List<String> differing(Set<String> free, Set<String> jailed) throws Exception {
    List<String> differing = new ArrayList<>();
    for (String test : free) {
      if (!jailed.contains(test) && !passes("jailed-" + test, "python", test)) {
        differing.add(test + " passes only beside the jail");
      }
    }
    for (String test : jailed) {
      if (!free.contains(test) && !passes("free-" + test, null, test)) {
        differing.add(test + " passes only in the jail");
      }
    }
    return differing;
  }

  /** A test that skips itself does not pass. */
  private boolean passes(String place, @Nullable String policy, String test) throws Exception {
    Running again = start(place, policy, List.of(PYTHON, "-m", "unittest", test));
    return again.end() == 0 && again.output().endsWith("\nOK\n");
  }

  @Test
  void shouldPassTheCheckOfACProject() throws Exception {
    String sources = System.getenv(SOURCES);
    assumeTrue(
        sources != null && !sources.isBlank(),
        "Expected an unpacked Debian source package in "
            + SOURCES
            + ", but it is not set: apt-get source zlib, and name the directory");
    String steps = "cp -R --preserve=mode,timestamps '%s' sources && cd sources".formatted(sources);
    String build = " && ./configure && make -j2 && make check";
    Running jailed = start("check", "c", List.of("sh", "-c", steps + build));
    assertThat(jailed.end()).as(jailed.output()).isZero();
    assertThat(jailed.events()).contains("\"refused\":{}");
  }

  /**
   * Starts it in a directory of its own, which is its home too; without a policy beside the jail.
   */
  private Running start(String name, @Nullable String policy, List<String> command)
      throws IOException {
    Path place = open(Files.createDirectory(directory.resolve(name)));
    Path inside = open(Files.createDirectory(place.resolve("home")));
    Path events = place.resolve("events");
    List<String> whole = new ArrayList<>();
    if (policy == null) {
      whole.addAll(JailedRun.FREE);
    } else {
      whole.addAll(
          JailedRun.helper(
              place,
              ShippedPolicies.ofLanguage(policy),
              new Containment.Supervised(),
              false,
              List.of("--events", events.toString())));
    }
    whole.addAll(List.of("env", "-i", "LC_ALL=C.UTF-8", "PATH=/usr/bin:/bin"));
    whole.addAll(List.of("HOME=" + inside, "TMPDIR=" + inside));
    whole.addAll(command);
    Path output = place.resolve("output");
    Process process =
        new ProcessBuilder(whole)
            .directory(inside.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .redirectInput(Path.of("/dev/null").toFile())
            .start();
    return new Running(process, output, events, inside.resolve("junit.xml"));
  }

  private static Path open(Path directory) throws IOException {
    return Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
  }

  /** A suite, and what it leaves. */
  private record Running(Process process, Path log, Path reports, Path results) {
    int end() throws IOException, InterruptedException {
      if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
        process.destroyForcibly();
        throw new IOException("The suite did not end within " + MINUTES + " min: " + output());
      }
      return process.exitValue();
    }

    /** The end of what it said. */
    String output() throws IOException {
      String text = Files.readString(log, StandardCharsets.ISO_8859_1);
      return text.substring(Math.max(0, text.length() - 4000));
    }

    String events() throws IOException {
      return Files.readString(reports);
    }

    Set<String> passed() throws IOException {
      assertThat(results).as(output()).exists();
      Set<String> passed = new TreeSet<>();
      Matcher test = TEST.matcher(Files.readString(results));
      while (test.find()) {
        if (test.group(2) == null || !NOT_PASSED.matcher(test.group(2)).find()) {
          passed.add(test.group(1));
        }
      }
      return passed;
    }
  }
}
