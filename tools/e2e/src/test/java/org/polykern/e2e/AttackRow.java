package org.polykern.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.polykern.e2e.Product.Backend;

/**
 * A line of jail-native's {@code attacks.table} as far as sessions of one backend go.
 *
 * @param expected what the program says
 */
record AttackRow(String number, String attempt, String command, String expected) {
  private static final Path PROJECT = Repository.root().resolve("jail-native/src/test");

  /** What is tried in sessions of this backend; the table's head explains its columns. */
  static List<AttackRow> all(Backend backend) throws IOException {
    List<AttackRow> rows = new ArrayList<>();
    for (String line : Files.readAllLines(PROJECT.resolve("attacks/attacks.table"))) {
      List<String> parts = Stream.of(line.split("\\|", -1)).map(String::strip).toList();
      if (line.startsWith("#") || parts.size() != 8) {
        continue;
      }
      String said = parts.get(backend == Backend.DOCKER ? 6 : 7);
      String expected = (said.equals("=") ? parts.get(4) : said).replaceFirst("^weak ", "");
      if (!expected.equals("-")) {
        rows.add(new AttackRow(parts.get(0), parts.get(1), parts.get(2), expected));
      }
    }
    return rows;
  }

  /** Whether it is known to succeed. */
  boolean isOpen() {
    return expected.startsWith("open");
  }

  /** The programs' sources. */
  static List<Path> sources() throws IOException {
    List<Path> sources = new ArrayList<>(List.of(PROJECT.resolve("c/victim.c")));
    try (Stream<Path> files = Files.list(PROJECT.resolve("attacks"))) {
      files.filter(file -> file.toString().matches(".*\\.[ch]")).forEach(sources::add);
    }
    return sources;
  }

  @Override
  public String toString() {
    return number + " " + attempt;
  }
}
