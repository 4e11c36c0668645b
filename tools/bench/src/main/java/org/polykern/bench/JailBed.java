package org.polykern.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.polykern.jail.call.Architecture;
import org.polykern.jail.call.SyscallTable;
import org.polykern.jail.nativelib.JailNative;
import org.polykern.jail.plugin.CallQuestions;
import org.polykern.jail.rule.Containment;
import org.polykern.jail.rule.LaunchText;
import org.polykern.jail.rule.Policy;
import org.polykern.jail.rule.RuleCompiler;
import org.polykern.jail.start.JailedProgram;
import org.polykern.jail.start.Start;

/**
 * Where programs run jailed and not: one directory that every user may write, the helper of this
 * build, and the probes. As root the programs are another user's, in the jail and beside it.
 */
final class JailBed implements AutoCloseable {
  private static final String USER = "65125";
  private static final String NOTHING = "/dev/null";

  final Path directory;
  private final Path helper;
  private final Map<Policy, String> launches = new HashMap<>();
  private int pipes;
  private final boolean root = "root".equals(System.getProperty("user.name"));

  JailBed(Path home) throws IOException {
    var built = home.resolve("jail-native/target/native");
    System.setProperty(JailNative.LIBRARY_PROPERTY, built.resolve("libpkjail.so").toString());
    if (!JailNative.probe().canJail()) {
      throw new IOException("Expected a kernel that lets programs be traced, but it does not");
    }
    helper = built.resolve("pk-jail");
    directory = Files.createTempDirectory("polykern-bench-jail");
    open(directory);
  }

  /** m2 where this process is root. */
  String mode() {
    return root ? "m2" : "m1";
  }

  /** Makes a file of a resource of this package. */
  Path place(String resource) throws IOException {
    var file = directory.resolve(resource);
    try (var in = JailBed.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IOException("Expected " + resource + " in this build, but it is missing");
      }
      Files.copy(in, file);
    }
    return file;
  }

  /** Makes a program of a C source of this package. */
  Path compile(String resource) throws IOException, InterruptedException {
    var program = directory.resolve(resource.replace(".c", ""));
    run(List.of("gcc", "-O2", "-o", program.toString(), place(resource).toString()));
    return program;
  }

  /** Runs to its end beside the jail; throws unless that is 0. */
  void run(List<String> command) throws IOException, InterruptedException {
    var process =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    expectZero(command, process.waitFor());
  }

  /** The same in a jail. */
  void runJailed(Policy policy, List<String> command) throws IOException, InterruptedException {
    var program = start(policy, null, NOTHING, NOTHING, command);
    try {
      expectZero(command, program.ended().get().exitCode());
    } catch (ExecutionException e) {
      throw new IOException(e);
    }
  }

  private static void expectZero(List<String> command, int status) throws IOException {
    if (status != 0) {
      throw new IOException("Expected " + command + " to end with 0, but it ended with " + status);
    }
  }

  /** The command beside the jail, as the same user. */
  List<String> free(List<String> command) {
    var whole = new ArrayList<String>();
    if (root) {
      whole.addAll(List.of("setpriv", "--reuid=" + USER, "--regid=" + USER, "--clear-groups"));
    }
    whole.addAll(command);
    return List.copyOf(whole);
  }

  /** Starts the command in a jail; the streams are names of files. */
  JailedProgram start(
      Policy policy,
      @Nullable CallQuestions questions,
      String stdin,
      String stdout,
      List<String> command)
      throws IOException {
    return JailedProgram.start(
        new Start(
            helper,
            launches.computeIfAbsent(policy, this::launch),
            command,
            System.getenv(),
            stdin,
            stdout,
            "",
            questions,
            event -> {}));
  }

  /** What the agent writes for a session, and who the user is. */
  private String launch(Policy policy) {
    var containment =
        root
            ? new Containment.Supervised()
            : new Containment.SameUser(List.of(1, (int) ProcessHandle.current().pid()), List.of(1));
    var architecture = Architecture.current();
    var rules =
        RuleCompiler.compile(
            policy,
            SyscallTable.of(architecture),
            containment,
            policy.report() ? RuleCompiler.Purpose.REPORT : RuleCompiler.Purpose.ENFORCE);
    var program = JailNative.compile(architecture.auditValue(), rules);
    return "pk-jail 1\n"
        + (root ? "user " + USER + " " + USER + "\n" : "mode m1\n")
        + LaunchText.of(policy, program, false);
  }

  /** A named pipe that every user may open. */
  Path pipe() throws IOException, InterruptedException {
    var pipe = directory.resolve("pipe" + pipes++);
    run(List.of("mkfifo", "-m", "666", pipe.toString()));
    return pipe;
  }

  /** A program's file, empty when the machine has none. */
  static Optional<Path> program(String name) {
    return List.of("/usr/bin", "/bin", "/usr/local/bin").stream()
        .map(place -> Path.of(place, name))
        .filter(Files::isExecutable)
        .findFirst();
  }

  static Path open(Path file) throws IOException {
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxrwxrwx"));
  }

  @Override
  public void close() throws IOException {
    try (var files = Files.walk(directory)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
