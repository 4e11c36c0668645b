package org.polykern.jail.attack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * One line of {@code attacks.table}.
 *
 * @param number as in the specification, A1 to A52
 * @param command a program with its arguments, or CLASS#METHOD of a test that makes the attempt
 * @param policy {@code default}, {@code narrow}, or {@code -} for a test
 * @param other what it says directly under a helper that is another user (m2)
 * @param same what it says under a helper that is the same user (m1)
 * @param docker what it says in a session of that backend; {@code -} where it is not tried
 * @param process the same for the process backend
 */
record AttackCase(
    String number,
    String attempt,
    String command,
    String policy,
    String other,
    String same,
    String docker,
    String process) {
  static final Path DIRECTORY = Path.of("src/test/attacks");

  private static final int COLUMNS = 8;

  static List<AttackCase> all() throws IOException {
    try (Stream<String> lines = Files.lines(DIRECTORY.resolve("attacks.table"))) {
      return lines
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .map(AttackCase::of)
          .toList();
    }
  }

  private static AttackCase of(String line) {
    List<String> parts = Stream.of(line.split("\\|", -1)).map(String::strip).toList();
    if (parts.size() != COLUMNS) {
      throw new IllegalArgumentException(
          "Expected " + COLUMNS + " columns, but there are " + parts.size() + ": " + line);
    }
    String inM2 = parts.get(4);
    return new AttackCase(
        parts.get(0),
        parts.get(1),
        parts.get(2),
        parts.get(3),
        inM2,
        parts.get(5),
        parts.get(6).replaceAll("^=$", inM2),
        parts.get(7).replaceAll("^=$", inM2));
  }

  /** Whether another test makes the attempt. */
  boolean isElsewhere() {
    return command.contains("#");
  }

  String program() {
    return command.split(" ", 2)[0];
  }

  /** The line of the README. */
  String row() {
    return "| %s |".formatted(String.join(" | ", number, attempt, other, same, docker, process));
  }

  /** What the program says, without the mark that it should rather not. */
  static String said(String expected) {
    return expected.replaceFirst("^weak ", "");
  }

  @Override
  public String toString() {
    return number + " " + attempt;
  }
}
