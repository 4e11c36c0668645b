package org.polykern.jail.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.polykern.jail.call.Architecture;
import org.polykern.jail.call.SyscallTable;
import org.polykern.jail.nativelib.JailNative;
import org.polykern.jail.plugin.CallJudge;
import org.polykern.jail.plugin.CallQuestions;
import org.polykern.jail.rule.Containment;
import org.polykern.jail.rule.LaunchText;
import org.polykern.jail.rule.Policy;
import org.polykern.jail.rule.RuleCompiler;
import org.polykern.jail.rule.RuleCompiler.Purpose;

/** A real program under a real policy, all the way from the policy to the helper. */
record JailedRun(int status, String output, String errors, List<String> events) {
  private static final String USER = "65124 65124";

  /** Stands before a program that shall run as the same user without a jail; root may do that. */
  static final List<String> FREE =
      List.of("setpriv", "--reuid=65124", "--regid=65124", "--clear-groups");

  /** With the helper as another user where the test is root (M2), as the same one elsewhere. */
  static JailedRun of(Path directory, Policy policy, boolean watch, String... command)
      throws IOException, InterruptedException {
    return of(directory, policy, defaultContainment(), watch, command);
  }

  private static Containment defaultContainment() {
    return isRoot()
        ? new Containment.Supervised()
        : new Containment.SameUser(List.of(1), List.of(1));
  }

  static boolean isRoot() {
    return "root".equals(System.getProperty("user.name"));
  }

  /** With the helper in the mode that {@code containment} is of; M2 needs root. */
  static JailedRun of(
      Path directory, Policy policy, Containment containment, boolean watch, String... command)
      throws IOException, InterruptedException {
    return start(directory, policy, containment, watch, null, command).end();
  }

  /** A jail that runs, and where its output goes. */
  private record Started(Process helper, Path output, Path errors, Path events) {
    JailedRun end() throws IOException, InterruptedException {
      if (!helper.waitFor(120, TimeUnit.SECONDS)) {
        helper.destroyForcibly();
        throw new IOException("The jail did not end within 120 s: " + Files.readString(errors));
      }
      return new JailedRun(
          helper.exitValue(),
          Files.readString(output).strip(),
          Files.readString(errors).strip(),
          Files.readAllLines(events));
    }
  }

  private static Started start(
      Path directory,
      Policy policy,
      Containment containment,
      boolean watch,
      @Nullable Path answers,
      String... command)
      throws IOException {
    Path events = open(Files.createTempFile(directory, "events", ""));
    Path output = Files.createTempFile(directory, "output", "");
    Path errors = Files.createTempFile(directory, "errors", "");
    List<String> options = new ArrayList<>(List.of("--events", events.toString()));
    if (answers != null) {
      options.addAll(List.of("--answers", answers.toString()));
    }
    List<String> whole = new ArrayList<>(helper(directory, policy, containment, watch, options));
    whole.addAll(List.of(command));
    Process helper =
        new ProcessBuilder(whole)
            .directory(Path.of("/tmp").toFile())
            .redirectOutput(output.toFile())
            .redirectError(errors.toFile())
            .start();
    return new Started(helper, output, errors, events);
  }

  /** The helper with everything that stands before the program. */
  static List<String> helper(
      Path directory, Policy policy, Containment containment, boolean watch, List<String> options)
      throws IOException {
    boolean supervised = containment instanceof Containment.Supervised;
    Architecture architecture = Architecture.current();
    long[] rules =
        RuleCompiler.compile(
            policy,
            SyscallTable.of(architecture),
            containment,
            watch ? Purpose.WATCH : Purpose.REPORT);
    byte[] program = JailNative.compile(architecture.auditValue(), rules);
    Path launch = open(Files.createTempFile(directory, "launch", ""));
    Files.writeString(
        launch,
        "pk-jail 1\n"
            + (supervised ? "user " + USER + "\n" : "mode m1\n")
            + LaunchText.of(policy, program, watch));
    List<String> whole = new ArrayList<>();
    if (isRoot() && !supervised) {
      whole.addAll(FREE);
    }
    // Where every user can reach it.
    Path helperFile = directory.resolve("pk-jail");
    Files.copy(
        Path.of(System.getProperty("polykern.jail.helper")),
        helperFile,
        StandardCopyOption.COPY_ATTRIBUTES,
        StandardCopyOption.REPLACE_EXISTING);
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    whole.addAll(List.of(helperFile.toString(), "--launch", launch.toString()));
    whole.addAll(options);
    whole.add("--");
    return List.copyOf(whole);
  }

  /** With a judge who is asked through the helper's events and answers. */
  static JailedRun judged(Path directory, Policy policy, CallJudge judge, String... command)
      throws IOException, InterruptedException {
    Path answers = directory.resolve("answers");
    Process mkfifo = new ProcessBuilder("mkfifo", "-m", "666", answers.toString()).start();
    assertThat(mkfifo.waitFor()).isZero();
    CallQuestions questions = new CallQuestions(judge);
    Started started = start(directory, policy, defaultContainment(), false, answers, command);
    try (OutputStream out = Files.newOutputStream(answers);
        BufferedReader events = Files.newBufferedReader(started.events)) {
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> {
            for (String line = events.readLine(); line != null; line = events.readLine()) {
              String answer = questions.answer(line).orElse("");
              out.write(answer.getBytes(StandardCharsets.US_ASCII));
            }
            return !started.helper.isAlive();
          });
    }
    return started.end();
  }

  private static Path open(Path file) throws IOException {
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
  }
}
