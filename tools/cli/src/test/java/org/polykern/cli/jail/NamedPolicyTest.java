package org.polykern.cli.jail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.polykern.cli.run.Terminal;
import org.polykern.jail.policy.PolicyException;
import org.polykern.jail.policy.ShippedPolicies;

class NamedPolicyTest {
  private static final String OWN = "version: polykern/1\nname: own\n";

  @TempDir Path directory;
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();
  private Terminal terminal;

  @BeforeEach
  void open() {
    PrintStream out = new PrintStream(said, true, StandardCharsets.UTF_8);
    terminal = Terminal.of(InputStream.nullInputStream(), out, out, false, Map.of(), directory);
  }

  @Test
  void shouldKnowShippedPoliciesByNameAndByFile() throws PolicyException {
    assertThat(NamedPolicy.find("deny-net", terminal).name()).isEqualTo("deny-net");
    assertThat(NamedPolicy.find("deny-net.yml", terminal).name()).isEqualTo("deny-net");
  }

  @Test
  void shouldTakeAFileBeforeAShippedOneUnlessTheWordIsABareName() throws Exception {
    Files.writeString(directory.resolve("deny-net.yml"), OWN);
    Files.writeString(directory.resolve("deny-net"), OWN);
    Files.writeString(directory.resolve("mine"), OWN);
    assertThat(NamedPolicy.find("deny-net.yml", terminal).name()).isEqualTo("own");
    assertThat(NamedPolicy.find("./deny-net", terminal).name()).isEqualTo("own");
    assertThat(NamedPolicy.find("mine", terminal).name()).isEqualTo("own");
    assertThat(NamedPolicy.find("deny-net", terminal))
        .isEqualTo(ShippedPolicies.named("deny-net").orElseThrow());
  }

  @Test
  void shouldNameTheNearestForAnUnknownWord() {
    assertThatThrownBy(() -> NamedPolicy.find("denynet.yml", terminal))
        .isInstanceOfSatisfying(
            CommandProblem.class, problem -> assertThat(problem.exitCode()).isEqualTo(2))
        .hasMessageContaining("Did you mean 'deny-net'?");
    assertThatThrownBy(() -> NamedPolicy.find(directory.toString(), terminal))
        .isInstanceOf(CommandProblem.class);
  }

  @Test
  void shouldWriteWarningsAndThrowErrors() throws Exception {
    Files.writeString(directory.resolve("published.yml"), "traced_syscalls: []\nunknown_key: 1\n");
    assertThat(NamedPolicy.find("published.yml", terminal).name()).isEqualTo("published");
    assertThat(said.toString(StandardCharsets.UTF_8))
        .contains("warning: ")
        .contains("published.yml:2: ");
    Files.writeString(directory.resolve("bad.yml"), "version: polykern/1\nnmae: x\n");
    assertThatThrownBy(() -> NamedPolicy.find("bad.yml", terminal))
        .isInstanceOf(PolicyException.class);
  }
}
