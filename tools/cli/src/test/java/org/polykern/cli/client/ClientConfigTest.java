package org.polykern.cli.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClientConfigTest {
  private static final String FILE =
      """
      # written by the launcher
      BACKEND_ENDPOINT=http://127.0.0.1:8090
      BACKEND_ENDPOINT_TYPE=api
      export BACKEND_ACCESS_KEY='AKIAFROMFILE'
      BACKEND_SECRET_KEY="with=sign"
      """;

  @TempDir Path directory;

  @Test
  void shouldPreferTheEnvironmentOverEveryFile() throws IOException {
    write("var/client.env", FILE);
    ClientConfig config =
        ClientConfig.load(
            Map.of(
                "BACKEND_ENDPOINT", "https://api.example.com/",
                "BACKEND_ACCESS_KEY", "AKIAENV",
                "BACKEND_SECRET_KEY", "s"),
            directory);
    assertThat(config.endpoint()).hasToString("https://api.example.com");
    assertThat(config.accessKey()).isEqualTo("AKIAENV");
    assertThat(config.origin()).isEqualTo("the environment");
  }

  @Test
  void shouldReadTheNamedFileBeforeTheUsualOne() throws IOException {
    write("var/client.env", FILE.replace("8090", "1"));
    write("elsewhere.env", FILE);
    ClientConfig config =
        ClientConfig.load(Map.of(ClientConfig.FILE_VARIABLE, "elsewhere.env"), directory);
    assertThat(config.endpoint().getPort()).isEqualTo(8090);
    assertThat(config.accessKey()).isEqualTo("AKIAFROMFILE");
    assertThat(config.secretKey()).isEqualTo("with=sign");
  }

  @Test
  void shouldFindTheUsualFile() throws IOException {
    write("var/client.env", FILE);
    assertThat(ClientConfig.load(Map.of(), directory).origin()).contains("var/client.env");
  }

  @Test
  void shouldNotMixKeysOfTheEnvironmentWithAFile() throws IOException {
    write("var/client.env", FILE);
    assertThatThrownBy(
            () -> ClientConfig.load(Map.of("BACKEND_ENDPOINT", "http://other:1"), directory))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("BACKEND_ACCESS_KEY and BACKEND_SECRET_KEY is not set");
  }

  @Test
  void shouldSayWhatToDoWhenNothingIsConfigured() {
    assertThatThrownBy(() -> ClientConfig.load(Map.of(), directory))
        .isInstanceOfSatisfying(
            ConfigException.class, e -> assertThat(e.hint()).contains("polykern up"));
  }

  @Test
  void shouldNameAMissingFile() {
    assertThatThrownBy(
            () -> ClientConfig.load(Map.of(ClientConfig.FILE_VARIABLE, "gone.env"), directory))
        .hasMessageContaining("gone.env")
        .hasMessageContaining("no such file");
  }

  @Test
  void shouldRefuseAnAddressWithoutAHost() throws IOException {
    write("var/client.env", FILE.replace("http://127.0.0.1:8090", "127.0.0.1:8090"));
    assertThatThrownBy(() -> ClientConfig.load(Map.of(), directory))
        .hasMessageContaining("it is '127.0.0.1:8090'");
  }

  @Test
  void shouldRefuseLogInSessions() throws IOException {
    write("var/client.env", FILE.replace("TYPE=api", "TYPE=session"));
    assertThatThrownBy(() -> ClientConfig.load(Map.of(), directory))
        .hasMessageContaining("it is 'session'");
  }

  @Test
  void shouldNeverPrintTheSecret() throws IOException {
    write("var/client.env", FILE);
    assertThat(ClientConfig.load(Map.of(), directory).toString())
        .doesNotContain("with=sign")
        .doesNotContain("AKIAFROMFILE");
  }

  private void write(String name, String text) throws IOException {
    Path file = directory.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }
}
