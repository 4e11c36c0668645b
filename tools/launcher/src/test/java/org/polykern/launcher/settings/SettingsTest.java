package org.polykern.launcher.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {
  @TempDir Path directory;

  private static Settings complete(Settings settings) {
    settings.agent.orElse("id", "a").orElse("data-dir", "/d").orElse("kernel-home", "/k");
    return settings;
  }

  @Test
  void shouldMatchTheSampleFile() throws IOException {
    var file = "/polykern.sample.toml";
    try (var in = SettingsTest.class.getResourceAsStream(file)) {
      var written = in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
      var expected = Settings.sample();
      if (!written.equals(expected)) {
        Files.writeString(Path.of("target/polykern.sample.toml"), expected);
      }
      assertThat(written)
          .as("Copy tools/launcher/target/polykern.sample.toml to src/main/resources")
          .isEqualTo(expected);
    }
  }

  @Test
  void shouldReadTheSampleAsTheDefaults() throws IOException {
    var text = Settings.sample().replaceAll("(?m)^# (?=[a-z-]+ = )", "");
    var file = Files.writeString(directory.resolve("sample.toml"), text);
    var defaults = complete(new Settings(Optional.empty(), Map.of())).read();
    var sample = complete(new Settings(Optional.of(file), Map.of())).read();
    assertThat(sample.gateway.get()).isEqualTo(defaults.gateway.get());
    assertThat(sample.scheduler.get()).isEqualTo(defaults.scheduler.get());
    assertThat(sample.agent.get()).isEqualTo(defaults.agent.get());
    assertThat(sample.cluster.get()).isEqualTo(defaults.cluster.get());
  }

  @Test
  void shouldUseEmbeddedServersUnlessConfigured() {
    var none = complete(new Settings(Optional.empty(), Map.of())).read();
    assertThat(none.database.find()).isEmpty();
    assertThat(none.redis.find()).isEmpty();
    var some =
        complete(new Settings(Optional.empty(), Map.of("POLYKERN_DATABASE_HOST", "db"))).read();
    assertThat(some.database.get().toDbConfig().host()).isEqualTo("db");
  }
}
