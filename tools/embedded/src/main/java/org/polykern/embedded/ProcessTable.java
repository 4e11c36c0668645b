package org.polykern.embedded;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What {@code /proc} says about processes. Every answer is empty when the process is gone or may
 * not be looked at; a process can vanish between two questions.
 */
final class ProcessTable {
  private static final Path PROC = Path.of("/proc");

  private ProcessTable() {}

  /** A process, told apart from a later one with the same pid by when it was started. */
  record Identity(long pid, long startTicks) {

    /** True while exactly this process runs; a zombie does not. */
    boolean isAlive() {
      return identify(pid).filter(this::equals).isPresent();
    }
  }

  static Optional<Identity> identify(long pid) {
    return read(pid, "stat").flatMap(stat -> parseStat(pid, stat));
  }

  /**
   * Reads the state and the start time from a line of {@code /proc/PID/stat}. The command's name
   * stands in brackets and may itself hold brackets and blanks, so fields count from the last one.
   */
  static Optional<Identity> parseStat(long pid, String stat) {
    String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ", -1);
    if (fields.length < 20 || fields[0].equals("Z") || fields[0].equals("X")) {
      return Optional.empty();
    }
    return Optional.of(new Identity(pid, Long.parseLong(fields[19])));
  }

  static List<String> commandLine(long pid) {
    return read(pid, "cmdline").map(line -> List.of(line.split("\0"))).orElse(List.of());
  }

  static Optional<Path> workingDirectory(long pid) {
    return link(pid, "cwd");
  }

  static Optional<Path> executable(long pid) {
    return link(pid, "exe");
  }

  /** All processes that run a program of this file name in this directory. */
  static List<Identity> running(String program, Path directory) {
    try (Stream<Path> entries = Files.list(PROC)) {
      return entries
          .map(entry -> entry.getFileName().toString())
          .filter(name -> name.chars().allMatch(Character::isDigit))
          .map(Long::parseLong)
          .filter(pid -> runs(pid, program, directory))
          .flatMap(pid -> identify(pid).stream())
          .toList();
    } catch (IOException e) {
      throw new EmbeddedServerException("Expected to read /proc, but: " + e.getMessage(), e);
    }
  }

  /** Whether a process runs a program of this file name in this directory. */
  static boolean runs(long pid, String program, Path directory) {
    return workingDirectory(pid).filter(directory::equals).isPresent()
        && executable(pid)
            .map(path -> path.getFileName().toString().replace(" (deleted)", ""))
            .filter(program::equals)
            .isPresent();
  }

  private static Optional<String> read(long pid, String file) {
    try {
      byte[] bytes = Files.readAllBytes(PROC.resolve(Long.toString(pid)).resolve(file));
      return Optional.of(new String(bytes, StandardCharsets.ISO_8859_1));
    } catch (IOException gone) {
      return Optional.empty();
    }
  }

  private static Optional<Path> link(long pid, String file) {
    try {
      return Optional.of(Files.readSymbolicLink(PROC.resolve(Long.toString(pid)).resolve(file)));
    } catch (IOException gone) {
      return Optional.empty();
    }
  }
}
