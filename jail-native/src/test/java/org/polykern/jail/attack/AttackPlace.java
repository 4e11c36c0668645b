package org.polykern.jail.attack;

import static org.polykern.jail.attack.AttackPrograms.permit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.polykern.jail.call.Architecture;
import org.polykern.jail.call.SyscallTable;
import org.polykern.jail.nativelib.JailNative;
import org.polykern.jail.policy.PolicyException;
import org.polykern.jail.policy.PolicyFile;
import org.polykern.jail.rule.Containment;
import org.polykern.jail.rule.LaunchText;
import org.polykern.jail.rule.Policy;
import org.polykern.jail.rule.RuleCompiler;
import org.polykern.jail.rule.RuleCompiler.Purpose;

/**
 * One mode's jails: compiled programs, directories, the helper and the runner's stand-in. The users
 * are this run's own, so that an attack on all processes of a user meets no other run's.
 */
final class AttackPlace implements AutoCloseable {
  /** Where no place of the machine that runs the tests counts. */
  static final String PATH = "/usr/local/bin:/usr/bin:/bin";

  private static final long SECONDS_OF_ONE_RUN = 60;

  private final AttackPrograms programs;
  private final Path root;
  private final boolean supervised;
  private final int user;
  private RunnerStandIn runner;

  /** How one program under the helper ended. */
  record End(int status, String output, String errors) {
    /** The one line that the table has. */
    String said() {
      String end = status > 128 ? "signal " + (status - 128) : "exit " + status;
      String line = output.strip();
      return status == 0 ? line : line.isEmpty() ? end : line + ", " + end;
    }
  }

  AttackPlace(AttackPrograms programs, boolean supervised) throws IOException {
    this.programs = programs;
    this.supervised = supervised;
    user = 200_000 + (int) (ProcessHandle.current().pid() % 100_000) * 4 + (supervised ? 0 : 2);
    root = Files.createTempDirectory("jail-attacks");
    permit(root, "rwxr-xr-x");
    for (String name : List.of("open", "shut", "work")) {
      permit(Files.createDirectory(root.resolve(name)), "rwxrwxrwx");
    }
    permit(Files.writeString(root.resolve("open/file"), "open"), "rw-rw-rw-");
    permit(Files.writeString(root.resolve("shut/file"), "shut"), "rw-rw-rw-");
    Files.copy(Path.of("/bin/true"), root.resolve("open/program"));
    permit(root.resolve("open/program"), "rwxr-xr-x");
    runner = standIn();
  }

  static boolean isRoot() {
    return "root".equals(System.getProperty("user.name"));
  }

  private Path program(String name) {
    return programs.directory().resolve(name);
  }

  /** As the runner would be: another user where the helper is one, else the same. */
  private RunnerStandIn standIn() throws IOException {
    Path socket = root.resolve("runner.sock");
    Files.deleteIfExists(socket);
    int whose = !isRoot() ? 0 : supervised ? user + 1 : user;
    return new RunnerStandIn(program("runner"), whose, user, socket);
  }

  /** Runs one line of the table. */
  End attack(AttackCase attack) throws Exception {
    Path inner = root.resolve("open/inner-launch");
    if (attack.command().contains("{launch}")) {
      Files.writeString(inner, "pk-jail 1\nmode m1\n");
      permit(inner, "rw-r--r--");
    }
    String filled =
        attack
            .command()
            .replace("{open}", root.resolve("open/file").toString())
            .replace("{shut}", root.resolve("shut/file").toString())
            .replace("{work}", root.resolve("work").toString())
            .replace("{program}", root.resolve("open/program").toString())
            .replace("{set-id}", program("set-id").toString())
            .replace("{capable}", program("capable-file").toString())
            .replace("{helper}", program("pk-jail").toString())
            .replace("{launch}", inner.toString());
    List<String> words = new ArrayList<>(List.of(filled.split(" ", -1)));
    words.set(0, program(words.getFirst()).toString());
    Policy policy = attack.policy().equals("narrow") ? narrow() : Policy.DEFAULT;
    return jailed(policy, Map.of(), words);
  }

  private Policy narrow() throws PolicyException {
    String reading = "/usr, /lib, /lib64, /bin, /etc, /dev, /proc, ROOT/open, PROGRAMS, ROOT/work";
    String text =
        """
        version: polykern/1
        paths:
          read: [%s]
          write: [ROOT/work, /dev]
          execute: [/usr, /lib, /lib64, /bin, PROGRAMS]
        """
            .formatted(reading);
    return PolicyFile.read(
            "narrow.yml",
            text.replace("ROOT", root.toString())
                .replace("PROGRAMS", programs.directory().toString()))
        .policy();
  }

  /** Runs any program under the helper, with more environment for the helper itself. */
  End jailed(Policy policy, Map<String, String> environment, List<String> program)
      throws IOException, InterruptedException {
    Path output = Files.createTempFile(root, "output", "");
    Path errors = Files.createTempFile(root, "errors", "");
    List<String> command = new ArrayList<>(way());
    command.addAll(List.of(program("pk-jail").toString(), "--launch", launch(policy).toString()));
    command.add("--");
    command.addAll(program);
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(root.resolve("work").toFile())
            .redirectOutput(output.toFile())
            .redirectError(errors.toFile());
    builder.environment().clear();
    builder.environment().put("PATH", PATH);
    builder.environment().put("HOME", root.resolve("work").toString());
    builder.environment().put("ATTACK_RUNNER", Long.toString(runner.pid()));
    builder.environment().put("ATTACK_SOCKET", root.resolve("runner.sock").toString());
    builder.environment().putAll(environment);
    Process helper = builder.start();
    if (!helper.waitFor(SECONDS_OF_ONE_RUN, TimeUnit.SECONDS)) {
      helper.destroyForcibly().waitFor();
      throw new AssertionError("The jail hangs: " + program + ": " + Files.readString(errors));
    }
    return new End(
        helper.exitValue(),
        Files.readString(output, StandardCharsets.ISO_8859_1),
        Files.readString(errors, StandardCharsets.ISO_8859_1));
  }

  /**
   * As in a container: the helper is the runner's user, with three capabilities and the session's
   * group.
   */
  private List<String> way() {
    if (!isRoot()) {
      return List.of();
    }
    return supervised
        ? List.of(
            "setpriv",
            "--bounding-set=-all,+setuid,+setgid,+kill",
            "--no-new-privs",
            program("pk-jail").toString(),
            "--enter",
            (user + 1) + ":" + user,
            "--")
        : List.of("setpriv", "--reuid=" + user, "--regid=" + user, "--clear-groups");
  }

  private Path launch(Policy policy) throws IOException {
    int pid = (int) runner.pid();
    Containment containment =
        supervised
            ? new Containment.Supervised()
            : new Containment.SameUser(List.of(1, pid), List.of(1, pid));
    Architecture architecture = Architecture.current();
    long[] rules =
        RuleCompiler.compile(policy, SyscallTable.of(architecture), containment, Purpose.REPORT);
    byte[] filter = JailNative.compile(architecture.auditValue(), rules);
    String who = supervised ? "user " + user + " " + user : "mode m1\nprotect " + pid;
    Path launch = root.resolve("launch");
    Files.writeString(launch, "pk-jail 1\n" + who + "\n" + LaunchText.of(policy, filter, false));
    permit(launch, "rw-r--r--");
    return launch;
  }

  Path work() {
    return root.resolve("work");
  }

  /** A new directory that the jailed user may write. */
  Path home(String name) throws IOException {
    Path home = Files.createDirectory(work().resolve(name));
    if (isRoot()) {
      Files.setAttribute(home, "unix:uid", user);
      Files.setAttribute(home, "unix:gid", user);
    }
    return home;
  }

  /** What an attack did outside of itself; empty where it did nothing. */
  String harm() throws IOException {
    List<String> found = new ArrayList<>(leftProcesses());
    try (Stream<Path> files = Files.list(work())) {
      for (Path file : files.toList()) {
        int mode = (Integer) Files.getAttribute(file, "unix:mode", LinkOption.NOFOLLOW_LINKS);
        if ((mode & 06000) != 0 || file.getFileName().toString().startsWith("core")) {
          found.add("left " + file);
        }
      }
    }
    String ofRunner = runner.harm();
    if (!ofRunner.isEmpty()) {
      found.add("runner " + ofRunner);
      runner.close();
      runner = standIn();
    }
    return String.join("; ", found);
  }

  /** Processes that work where attacks do. */
  private List<String> leftProcesses() {
    return ProcessHandle.allProcesses()
        .filter(process -> worksHere(process.pid()))
        .map(process -> "still runs: " + process.pid() + " " + process.info().command().orElse(""))
        .toList();
  }

  private boolean worksHere(long pid) {
    try {
      return Files.readSymbolicLink(Path.of("/proc/" + pid + "/cwd")).startsWith(root);
    } catch (IOException e) {
      return false; // It ended, or is another user's.
    }
  }

  @Override
  public void close() throws IOException {
    runner.close();
    AttackPrograms.delete(root);
  }
}
