package org.polykern.jail.nativelib;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs programs in a jail, with everything in one directory that the jailed user may enter. */
public final class Jail implements AutoCloseable {
  /** A user that is nobody on the machine. */
  public static final int USER = 65123;

  /** Who the helper is where it is neither root nor that one. */
  public static final int OTHER_USER = 65122;

  private static final String BY_ANOTHER = "# by another user with capabilities";

  private static final long SECONDS_OF_ONE_RUN =
      60L + Integer.getInteger("polykern.jail.stress.seconds", 0);

  /** How a jail ended. */
  record End(int status, String output, String errors, List<String> events) {
    /** The last event of this kind. */
    String event(String kind) {
      return events.stream()
          .filter(event -> event.startsWith("{\"event\":\"" + kind + "\""))
          .reduce((first, second) -> second)
          .orElse("no event '" + kind + "' among " + events);
    }
  }

  public final Path directory;
  public final Path victim;
  public final Path helper;

  public Jail() throws IOException, InterruptedException {
    directory = Files.createTempDirectory("jail-test");
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
    helper = directory.resolve("pk-jail");
    Files.copy(
        Path.of(System.getProperty("polykern.jail.helper")),
        helper,
        StandardCopyOption.COPY_ATTRIBUTES);
    victim = compile(Path.of("src/test/c/victim.c"));
  }

  public static boolean isRoot() {
    return "root".equals(System.getProperty("user.name"));
  }

  /** The settings of mode m2, without a filter. */
  public static List<String> supervised(String... more) {
    List<String> lines = new ArrayList<>(List.of("pk-jail 1", "user " + USER + " " + USER));
    lines.addAll(List.of(more));
    return lines;
  }

  /**
   * The same under a helper that is no root, but a user with capabilities; it reads the comment.
   */
  static List<String> supervisedByAnother(String... more) {
    List<String> lines = new ArrayList<>(supervised(more));
    lines.add(1, BY_ANOTHER);
    return lines;
  }

  /** What the helper of these settings is started through; nothing where it is as the test is. */
  List<String> way(List<String> settings) {
    String user = Integer.toString(USER);
    if (settings.contains(BY_ANOTHER)) {
      // As in a container: nothing else is in the bounding set, and the groups are the same.
      return List.of(
          "setpriv",
          "--bounding-set=-all,+setuid,+setgid,+kill",
          "--no-new-privs",
          helper.toString(),
          "--enter",
          OTHER_USER + ":" + user,
          "--");
    }
    return isRoot() && settings.contains("mode m1")
        ? List.of("setpriv", "--reuid", user, "--regid", user, "--clear-groups")
        : List.of();
  }

  /** The settings of mode m1. */
  public static List<String> sameUser(String... more) {
    List<String> lines = new ArrayList<>(List.of("pk-jail 1", "mode m1"));
    lines.addAll(List.of(more));
    return lines;
  }

  /** A filter for one call, which is refused and reported. */
  public static String refusing(int call, int errno) {
    return filter(Rules.upTo(469).add(call, Rules.refuse(errno)));
  }

  /** A filter for one call, which is asked about. */
  public static String asking(int call) {
    return filter(Rules.upTo(469).add(call, Rules.ask()));
  }

  static String filter(Rules rules) {
    int arch = JailNative.probe().auditArch();
    return "filter " + HexFormat.of().formatHex(JailNative.compile(arch, rules.array()));
  }

  Path compile(Path source) throws IOException, InterruptedException {
    String name = source.getFileName().toString().replace(".c", "");
    Path program = directory.resolve(name);
    Process gcc =
        new ProcessBuilder(
                "gcc", "-O1", "-pthread", "-w", "-o", program.toString(), source.toString())
            .inheritIO()
            .start();
    if (gcc.waitFor() != 0) {
      throw new IOException("gcc refused " + source);
    }
    return program;
  }

  /** Starts without waiting; the program's output goes to files named by the launch file. */
  Process start(Path launch, List<String> command) throws IOException {
    return start(launch, List.of(), command);
  }

  /** The same with more options of the helper. */
  Process start(Path launch, List<String> options, List<String> command) throws IOException {
    List<String> whole = new ArrayList<>(way(Files.readAllLines(launch)));
    whole.addAll(List.of(helper.toString(), "--launch", launch.toString()));
    whole.addAll(List.of("--events", launch + ".events"));
    whole.addAll(options);
    whole.add("--");
    whole.addAll(command);
    return new ProcessBuilder(whole)
        .redirectOutput(Path.of(launch + ".out").toFile())
        .redirectError(Path.of(launch + ".err").toFile())
        .start();
  }

  Path launch(List<String> settings) throws IOException {
    Path launch = Files.createTempFile(directory, "launch", "");
    Files.writeString(launch, String.join("\n", settings) + "\n");
    Files.setPosixFilePermissions(launch, PosixFilePermissions.fromString("rw-r--r--"));
    return launch;
  }

  /** What a jail that has ended left. */
  End end(Path launch, int status) throws IOException {
    Path events = Path.of(launch + ".events");
    return new End(
        status,
        Files.readString(Path.of(launch + ".out"), StandardCharsets.ISO_8859_1).strip(),
        Files.readString(Path.of(launch + ".err"), StandardCharsets.ISO_8859_1).strip(),
        Files.exists(events) ? Files.readAllLines(events) : List.of());
  }

  /** Runs any program. */
  End run(List<String> settings, List<String> command) throws IOException, InterruptedException {
    Path launch = launch(settings);
    Process process = start(launch, command);
    if (!process.waitFor(SECONDS_OF_ONE_RUN, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
      throw new AssertionError("The jail hangs: " + command + "; it left " + end(launch, -1));
    }
    return end(launch, process.exitValue());
  }

  /** Runs the victim. */
  End victim(List<String> settings, Object... words) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(victim.toString()));
    for (Object word : words) {
      command.add(word.toString());
    }
    return run(settings, command);
  }

  @Override
  public void close() throws IOException {
    try (var files = Files.walk(directory)) {
      files
          .sorted(java.util.Comparator.reverseOrder())
          .forEach(file -> {
            try {
              Files.delete(file);
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    }
  }
}
