package org.polykern.cli.jail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProgramUserTest {
  private static final Identity ROOT = new Identity(0, 0, 022, 500, 500, false);
  private static final Identity ADA = new Identity(1000, 1001, 022, 500, 500, false);
  private static final Map<String, String> SUDO = Map.of("SUDO_UID", "1000", "SUDO_GID", "1001");

  @Test
  void shouldTakeWhoCalledSudoElseNobody() {
    assertThat(ProgramUser.of(null, SUDO, ROOT)).contains(new ProgramUser(1000, 1001, false));
    assertThat(ProgramUser.of(null, Map.of(), ROOT)).contains(new ProgramUser(65534, 65534, true));
    // Root who called sudo is still root.
    Map<String, String> fromRoot = Map.of("SUDO_UID", "0", "SUDO_GID", "0");
    assertThat(ProgramUser.of(null, fromRoot, ROOT).orElseThrow().uid()).isEqualTo(65534);
  }

  @Test
  void shouldTakeWhatIsWrittenBeforeAnyGuess() {
    assertThat(ProgramUser.of("33", SUDO, ROOT)).contains(new ProgramUser(33, 33, false));
    assertThat(ProgramUser.of("33:100", SUDO, ROOT)).contains(new ProgramUser(33, 100, false));
  }

  @Test
  void shouldStayTheSameUserWithoutRoot() {
    assertThat(ProgramUser.of(null, SUDO, ADA)).isEmpty();
    assertThat(ProgramUser.of("1000:1001", Map.of(), ADA)).isEmpty();
    assertThatThrownBy(() -> ProgramUser.of("33", Map.of(), ADA))
        .isInstanceOf(CommandProblem.class)
        .hasMessageContaining("Expected root");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "0:0", "root", "1:", ":1", "1:2:3", "-1", "99999999999"})
  void shouldRefuseOtherWords(String word) {
    assertThatThrownBy(() -> ProgramUser.of(word, Map.of(), ROOT))
        .isInstanceOfSatisfying(
            CommandProblem.class, problem -> assertThat(problem.exitCode()).isEqualTo(2))
        .hasMessageContaining("--user");
  }

  @Test
  void shouldDoubtADirectoryThatNobodyMayRead(@TempDir Path directory) throws Exception {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-x---"));
    assertThat(new ProgramUser(65534, 65534, true).doubt(directory).orElse(""))
        .contains(directory.toString())
        .contains("--user");
    assertThat(new ProgramUser(1000, 1000, false).doubt(directory)).isEmpty();
    assertThat(new ProgramUser(65534, 65534, true).doubt(Path.of("/"))).isEmpty();
  }
}
