package org.polykern.agent.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.polykern.common.image.ImageFacts;
import org.polykern.common.task.Tasks;

class HostLanguagesTest {
  private static final Duration LONG = Duration.ofSeconds(10);

  @TempDir Path root;
  private final Tasks tasks = new Tasks("test", Duration.ofSeconds(5));
  private Path languages = Path.of("");
  private Path bin = Path.of("");

  @BeforeEach
  void makeDirectories() throws IOException {
    languages = Files.createDirectory(root.resolve("languages"));
    bin = Files.createDirectory(root.resolve("bin"));
  }

  @AfterEach
  void close() {
    tasks.close();
  }

  private HostLanguages host() {
    return new HostLanguages(
        languages,
        root.resolve("none") + ":" + bin,
        List.of(),
        false,
        new VersionCache(root.resolve("versions")),
        tasks);
  }

  private Path program(String name, String script) throws IOException {
    var file = Files.writeString(bin.resolve(name), "#!/bin/sh\n" + script + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    return file;
  }

  private void language(String name, String text) throws IOException {
    Files.writeString(languages.resolve(name + ".language"), text);
  }

  @Test
  void shouldOfferTheLanguagesWhoseProgramIsHere() throws IOException {
    var tcl = program("tclsh9", "echo \"Tcl is 9.1.2 (not 8.6)\" >&2");
    language(
        "tcl",
        """
        # a comment
        title     Tcl
        aliases   tclsh wish
        programs  tclsh10 tclsh9
        version
            # this line is not the file's comment
            "$RT" -v
        exec
            need main.tcl
        """);
    language("absent", "title Absent\nprograms nowhere /nor/here\n");
    language("python", "title Python\nprograms tclsh9\n");
    var images = host().list(LONG);
    assertThat(images).hasSize(1);
    var facts = images.getFirst();
    assertThat(facts.name()).isEqualTo("local/tcl:9.1-host");
    assertThat(facts.aliases())
        .containsExactly("tcl", "tcl:9.1", "tclsh", "tclsh:9.1", "wish", "wish:9.1");
    assertThat(facts.labels())
        .containsEntry("ai.backend.runtime-type", "tcl")
        .containsEntry("ai.backend.runtime-path", tcl.toString());
  }

  @Test
  void shouldLabelAnImageWithTheServicesThatAreHere() throws IOException {
    program("lang", "echo 1.5");
    program("board-server", "");
    program("other-board", "");
    language(
        "lang",
        """
        title Lang
        programs lang
        service board:tcp:7000 other-board
            service inner:http:7001 board-server
        """);
    language("plain", "title Plain\nprograms lang\n");
    Files.writeString(
        languages.resolve("common.services"),
        """
        service lab:http:8090 lab-server
        service board:http:6006 board-server
        service unnamed:http:6007
        """);
    var services = new HostServices(languages, List.of(bin), false);
    var labels =
        host().list(LONG).stream()
            .map(services::added)
            .map(image -> image.labels().get("ai.backend.service-ports"))
            .toList();
    assertThat(labels).containsExactly("board:tcp:7000", "board:http:6006");
    var none = new HostServices(languages, List.of(), false);
    assertThat(none.added(host().list(LONG).getFirst()).labels())
        .doesNotContainKey("ai.backend.service-ports");
  }

  @Test
  void shouldAskAProgramOnceForEachOfItsStates() throws IOException {
    var counter = root.resolve("asked");
    var script = "echo x >> " + counter + "; echo ";
    program("lang", script + "1.5");
    language("lang", "title Lang\nprograms lang\n");
    assertThat(host().list(LONG)).extracting(ImageFacts::name).contains("local/lang:1.5-host");
    // As after a restart of the agent: from the file.
    assertThat(host().list(LONG)).extracting(ImageFacts::name).contains("local/lang:1.5-host");
    assertThat(Files.readAllLines(counter)).hasSize(1);
    program("lang", script + "version 22");
    assertThat(host().list(LONG)).extracting(ImageFacts::name).contains("local/lang:22-host");
    assertThat(Files.readAllLines(counter)).hasSize(2);
  }

  @Test
  void shouldNotWaitForProgramsThatAreSlow() throws IOException {
    var gate = root.resolve("gate");
    program("slow", "until [ -e " + gate + " ]; do sleep 0.02; done; echo 3.1");
    program("quick", "echo 2.7");
    program("broken", "exit 3");
    for (var name : List.of("slow", "quick", "broken")) {
      language(name, "title T\nprograms " + name + "\n");
    }
    var host = host();
    Awaitility.await()
        .until(() ->
            host.list(Duration.ZERO).stream()
                .map(ImageFacts::name)
                .toList()
                .equals(List.of("local/quick:2.7-host")));
    Files.createFile(gate);
    Awaitility.await().until(() -> host.list(Duration.ZERO).size() == 2);
  }
}
