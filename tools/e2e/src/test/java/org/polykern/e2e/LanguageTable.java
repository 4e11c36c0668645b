package org.polykern.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.polykern.e2e.LanguageCheck.Cell;

/**
 * The matrix of languages as Markdown. Footnotes are numbered by the cases, whatever was tested.
 */
final class LanguageTable {
  private static final String BEGIN = "<!-- languages: begin -->";
  private static final String END = "<!-- languages: end -->";
  private static final Path FOLDER = Repository.root().resolve("runner-jvm/src/main/languages");

  private final Collection<LanguageCase> cases;
  private final List<String> reasons;

  LanguageTable(Collection<LanguageCase> cases) {
    this.cases = List.copyOf(cases);
    this.reasons =
        this.cases.stream()
            .flatMap(row -> Stream.concat(row.none().values().stream(), Stream.of(row.absent())))
            .filter(reason -> !reason.isEmpty())
            .distinct()
            .toList();
  }

  /** The languages that exist: those with a file. */
  static Set<String> declared() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".language"))
          .map(name -> name.replace(".language", ""))
          .collect(Collectors.toUnmodifiableSet());
    }
  }

  /** The value of a key in a language's own file; empty without one. */
  static String declaration(String language, String key) throws IOException {
    return Files.readAllLines(FOLDER.resolve(language + ".language")).stream()
        .filter(line -> line.matches(key + "\\s.*"))
        .map(line -> line.substring(key.length()).strip())
        .findFirst()
        .orElse("");
  }

  /**
   * @param results of languages that were tested: what is wrong with each cell, empty where nothing
   */
  List<String> render(Map<String, Map<Cell, String>> results) throws IOException {
    List<String> lines = new ArrayList<>();
    lines.add(
        "| language | image | "
            + Stream.of(Cell.values()).map(Cell::label).collect(Collectors.joining(" | "))
            + " |");
    lines.add("|---|---|" + "---|".repeat(Cell.values().length));
    for (LanguageCase row : cases) {
      lines.add(row(row, results.getOrDefault(row.name(), Map.of())));
    }
    lines.add("");
    for (String reason : reasons) {
      lines.add(note(reason) + " " + reason + "<br>");
    }
    return lines;
  }

  private String row(LanguageCase row, Map<Cell, String> results) throws IOException {
    StringBuilder line = new StringBuilder(head(row));
    for (Cell cell : Cell.values()) {
      line.append(" ").append(cell(row, cell, results.get(cell))).append(" |");
    }
    return line.toString();
  }

  private static String head(LanguageCase row) throws IOException {
    return "| " + declaration(row.name(), "title") + " | `" + row.name() + "` |";
  }

  private String cell(
      LanguageCase row, Cell cell, @org.jspecify.annotations.Nullable String wrong) {
    String reason = row.none().get(cell.label());
    if (!row.absent().isEmpty()) {
      return "- " + note(row.absent());
    } else if (reason != null) {
      return "n/a " + note(reason);
    } else if (wrong == null) {
      return "-";
    }
    return wrong.isEmpty() ? "yes" : "**no**";
  }

  private String note(String reason) {
    return "<sup>" + (reasons.indexOf(reason) + 1) + "</sup>";
  }

  /** What README.md has between its markers. */
  static List<String> published() throws IOException {
    List<String> lines = Files.readAllLines(Repository.root().resolve("README.md"));
    int begin = lines.indexOf(BEGIN);
    int end = lines.indexOf(END);
    if (begin < 0 || end < begin) {
      throw new IllegalStateException(
          "Expected the lines " + BEGIN + " and " + END + " in README.md, but they are not there.");
    }
    return lines.subList(begin + 1, end);
  }

  /** The lines of a rendered table that README lacks; a row that was not tested needs its head. */
  List<String> missing(List<String> rendered, Map<String, Map<Cell, String>> results)
      throws IOException {
    List<String> published = published();
    List<String> heads = new ArrayList<>();
    for (LanguageCase row : cases) {
      if (row.absent().isEmpty() && !results.containsKey(row.name())) {
        heads.add(head(row));
      }
    }
    return rendered.stream()
        .filter(line -> !published.contains(line))
        .filter(line ->
            heads.stream()
                .noneMatch(head ->
                    line.startsWith(head) && published.stream().anyMatch(p -> p.startsWith(head))))
        .toList();
  }
}
