package org.polykern.common.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.polykern.common.id.AgentId;

class ConfigReaderTest {
  enum Backend {
    AUTO,
    DOCKER_ENGINE
  }

  record Example(
      @Setting(fallback = "127.0.0.1", about = "Where to listen.") String host,
      @Setting(fallback = "8090", about = "Port.") int port,
      @Setting(fallback = "1000", about = "Bytes.") long maxBytes,
      @Setting(fallback = "false", about = "Flag.") boolean strict,
      @Setting(fallback = "var", about = "Folder.") Path dataDir,
      @Setting(fallback = "30s", about = "Limit.") Duration timeLimit,
      @Setting(fallback = "auto", about = "Kind.") Backend backend,
      @Setting(fallback = "a, b", about = "Names.") List<String> names,
      @Setting(fallback = "one", about = "Id.") AgentId agentId) {
    Example {
      if (port < 0) {
        throw new IllegalArgumentException("Expected a port from 0, but got " + port);
      }
    }
  }

  record Strict(@Setting(fallback = Setting.REQUIRED, about = "Needed.") String host) {}

  @TempDir Path directory;

  @Test
  void shouldUseFallbacksWithoutFile() {
    var reader = new ConfigReader(Optional.empty(), Map.of());
    var example = reader.section("example", Example.class);
    reader.finish();
    assertThat(example.get())
        .isEqualTo(
            new Example(
                "127.0.0.1",
                8090,
                1000,
                false,
                Path.of("var"),
                Duration.ofSeconds(30),
                Backend.AUTO,
                List.of("a", "b"),
                new AgentId("one")));
  }

  @Test
  void shouldReadEveryType() throws IOException {
    var example =
        read(
            """
            [example]
            host = "::1"
            port = 1
            max-bytes = 5_000_000_000
            strict = true
            data-dir = "/tmp/x"
            time-limit = "2m"
            backend = "docker-engine"
            names = ["x"]
            agent-id = "two"
            """);
    assertThat(example)
        .isEqualTo(
            new Example(
                "::1",
                1,
                5_000_000_000L,
                true,
                Path.of("/tmp/x"),
                Duration.ofMinutes(2),
                Backend.DOCKER_ENGINE,
                List.of("x"),
                new AgentId("two")));
  }

  @Test
  void shouldReportAllErrorsAtOnceWithFileLineAndKey() throws IOException {
    var errors =
        errorsOf(
            """
            [exmaple]
            [example]
            prot = 1
            port = "80"
            time-limit = "soon"
            backend = "podman"
            names = [1]
            agent-id = "not an id"
            """);
    assertThat(errors)
        .satisfiesExactly(
            e -> assertThat(e).contains("c.toml:1: ", "[exmaple]", "did you mean example?"),
            e -> assertThat(e).contains("c.toml:3: ", "key prot in [example]", "mean port?"),
            e -> assertThat(e).contains("c.toml:4: [example] port: Expected a whole number"),
            e -> assertThat(e).contains("c.toml:5: [example] time-limit: Expected a duration"),
            e -> assertThat(e).contains("c.toml:6: ", "one of auto, docker-engine", "'podman'"),
            e -> assertThat(e).contains("c.toml:7: ", "a list of texts"),
            e -> assertThat(e).contains("c.toml:8: [example] agent-id: Expected an agent id"));
  }

  @Test
  void shouldPlaceRefusalOfTheRecordAtTheKeyItNames() throws IOException {
    assertThat(errorsOf("[example]\n\nport = -1\n"))
        .singleElement()
        .asString()
        .contains("c.toml:3: [example] port: Expected a port from 0");
  }

  @Test
  void shouldReportSyntaxErrorsByLine() throws IOException {
    assertThat(errorsOf("[example]\nport = = 1\n"))
        .singleElement()
        .asString()
        .contains("c.toml:2: Not TOML");
  }

  @Test
  void shouldPreferCommandLineThenEnvironmentThenFileThenLauncher() throws IOException {
    var file = Files.writeString(directory.resolve("c.toml"), "[example]\nport = 3\n");
    var environment = Map.of("POLYKERN_EXAMPLE_PORT", "2");
    assertThat(portOf(Optional.empty(), Map.of(), false)).isEqualTo(4);
    assertThat(portOf(Optional.of(file), Map.of(), false)).isEqualTo(3);
    assertThat(portOf(Optional.of(file), environment, false)).isEqualTo(2);
    assertThat(portOf(Optional.of(file), environment, true)).isEqualTo(1);
  }

  private static int portOf(Optional<Path> file, Map<String, String> environment, boolean demand) {
    var reader = new ConfigReader(file, environment);
    var section = reader.section("example", Example.class).orElse("port", 4);
    if (demand) {
      section.demand("port", 1);
    }
    reader.finish();
    return section.get().port();
  }

  @Test
  void shouldNameVariableOfWrongEnvironmentValue() {
    var reader = new ConfigReader(Optional.empty(), Map.of("POLYKERN_EXAMPLE_TIME_LIMIT", "never"));
    reader.section("example", Example.class);
    var thrown = catchThrowableOfType(ConfigException.class, reader::finish);
    assertThat(thrown).hasMessageContaining("POLYKERN_EXAMPLE_TIME_LIMIT: Expected a duration");
  }

  @Test
  void shouldLeaveOutOptionalSectionUnlessGiven() {
    var absent = new ConfigReader(Optional.empty(), Map.of());
    var nothing = absent.optionalSection("strict", Strict.class);
    absent.finish();
    assertThat(nothing.find()).isEmpty();

    var present = new ConfigReader(Optional.empty(), Map.of("POLYKERN_STRICT_HOST", "db"));
    var something = present.optionalSection("strict", Strict.class);
    present.finish();
    assertThat(something.find()).contains(new Strict("db"));
  }

  @Test
  void shouldDemandRequiredKeys() {
    var reader = new ConfigReader(Optional.empty(), Map.of());
    reader.section("strict", Strict.class);
    var thrown = catchThrowableOfType(ConfigException.class, reader::finish);
    assertThat(thrown.errors())
        .containsExactly(
            "[strict] host: Expected a value, but none is given; set it in the file or as"
                + " POLYKERN_STRICT_HOST");
  }

  @Test
  void shouldNoticeMisspeltVariables() {
    var reader = new ConfigReader(Optional.empty(), Map.of("POLYKERN_EXAMPLE_PROT", "1"));
    reader.section("example", Example.class);
    reader.finish();
    assertThat(reader.unknownVariables())
        .containsExactly(
            "Unknown variable POLYKERN_EXAMPLE_PROT; did you mean POLYKERN_EXAMPLE_PORT?");
  }

  @Test
  void shouldWriteSampleThatReadsBackAsFallbacks() throws IOException {
    var sample = SampleConfig.section("example", "An example.", Example.class);
    assertThat(sample)
        .startsWith("# An example.\n[example]\n# Where to listen.\n# host = \"127.0.0.1\"\n")
        .contains("# names = [\"a\", \"b\"]\n", "# max-bytes = 1000\n");
    var uncommented = sample.replaceAll("(?m)^# (?=[a-z-]+ = )", "").replaceAll("(?m)^# .*\n", "");
    var reader = new ConfigReader(Optional.empty(), Map.of());
    var fallbacks = reader.section("example", Example.class);
    reader.finish();
    assertThat(read(uncommented)).isEqualTo(fallbacks.get());
  }

  private Example read(String text) throws IOException {
    var reader =
        new ConfigReader(
            Optional.of(Files.writeString(directory.resolve("c.toml"), text)), Map.of());
    var example = reader.section("example", Example.class);
    reader.finish();
    return example.get();
  }

  private List<String> errorsOf(String text) throws IOException {
    var reader =
        new ConfigReader(
            Optional.of(Files.writeString(directory.resolve("c.toml"), text)), Map.of());
    reader.section("example", Example.class);
    return catchThrowableOfType(ConfigException.class, reader::finish).errors();
  }
}
