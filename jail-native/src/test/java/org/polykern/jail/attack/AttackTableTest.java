package org.polykern.jail.attack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The table is whole, and the README shows it as it is. */
class AttackTableTest {
  private static final int ATTACKS = 52;

  /** Programs that are no attacks but make things ready for them. */
  private static final Set<String> STAGE = Set.of("runner", "capable");

  private static final List<String> HEAD =
      List.of(
          "| | attempt | m2 | m1 | docker | process |", "| --- | --- | --- | --- | --- | --- |");

  @Test
  void shouldHaveEveryAttack() throws IOException {
    assertThat(AttackCase.all().stream().map(AttackCase::number))
        .containsAll(IntStream.rangeClosed(1, ATTACKS).mapToObj(i -> "A" + i).toList());
  }

  @Test
  void shouldUseEveryProgram() throws IOException {
    Set<String> used =
        AttackCase.all().stream().map(AttackCase::program).collect(Collectors.toSet());
    try (Stream<Path> files = Files.list(AttackCase.DIRECTORY)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .filteredOn(name -> name.endsWith(".c"))
          .map(name -> name.replace(".c", ""))
          .filteredOn(name -> !STAGE.contains(name))
          .isSubsetOf(used);
    }
  }

  @Test
  void shouldNameTestsThatExist() throws IOException {
    for (AttackCase attack : AttackCase.all()) {
      if (attack.isElsewhere()) {
        String[] parts = attack.command().split("#", 2);
        try (Stream<Path> files = Files.walk(Path.of("src/test/java"))) {
          Path file =
              files.filter(path -> path.endsWith(parts[0] + ".java")).findFirst().orElseThrow();
          assertThat(Files.readString(file)).as(attack.toString()).contains(" " + parts[1] + "(");
        }
      }
    }
  }

  /** Copy {@code target/attacks.md} between the README's markers when this fails. */
  @Test
  void shouldBeInTheReadme() throws IOException {
    List<String> table =
        Stream.concat(HEAD.stream(), AttackCase.all().stream().map(AttackCase::row)).toList();
    Files.write(Files.createDirectories(Path.of("target")).resolve("attacks.md"), table);
    List<String> readme = Files.readAllLines(Path.of("README.md"));
    int begin = readme.indexOf("<!-- attacks -->");
    int end = readme.indexOf("<!-- end of attacks -->");
    assertThat(begin).isNotNegative();
    assertThat(readme.subList(begin + 1, end)).isEqualTo(table);
  }
}
