package org.polykern.runner.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DefinitionReaderTest {
  private static ServiceDefinition read(String json) throws ServiceException {
    return DefinitionReader.read("web", json.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void shouldReadEveryMember() throws ServiceException {
    ServiceDefinition definition =
        read(
            """
            {"command": ["a", "{ports[0]}"], "shell": "zsh", "noop": false, "url_template": "u",
             "env": {"A": "1"}, "allowed_arguments": ["-x"], "allowed_envs": [],
             "default_arguments": {"-a": null, "-b": "1", "-c": ["2", "3"], "-d": 4},
             "prestart": [
               {"action": "write_file", "ref": "w",
                "args": {"filename": "f", "body": ["1"], "mode": "0755", "append": true}},
               {"action": "write_file", "args": {"filename": "f", "body": "1"}},
               {"action": "write_tempfile", "args": {"body": []}, "ref": "t"},
               {"action": "mkdir", "args": {"path": "p"}},
               {"action": "run_command", "args": {"command": ["c"], "echo": true}, "ref": "r"},
               {"action": "log", "args": {"message": "m"}},
               {"action": "log", "args": {"body": "b", "debug": true}}]}
            """);
    assertThat(definition.defaultArguments())
        .isEqualTo(
            Map.of(
                "-a", List.of(), "-b", List.of("1"), "-c", List.of("2", "3"), "-d", List.of("4")));
    assertThat(definition.prestart())
        .containsExactly(
            new PrestartAction.WriteFile("f", List.of("1"), "0755", true, "w"),
            new PrestartAction.WriteFile("f", List.of("1"), "644", false, null),
            new PrestartAction.WriteTempfile(List.of(), "644", "t"),
            new PrestartAction.Mkdir("p", null),
            new PrestartAction.RunCommand(List.of("c"), true, "r"),
            new PrestartAction.Log("m", false, null),
            new PrestartAction.Log("b", true, null));
    assertThat(definition.shell()).isEqualTo("zsh");
    assertThat(definition.env()).isEqualTo(Map.of("A", "1"));
    assertThat(definition.app())
        .isEqualTo(
            Map.of(
                "name",
                "web",
                "url_template",
                "u",
                "allowed_arguments",
                List.of("-x"),
                "allowed_envs",
                List.of()));
  }

  @Test
  void shouldHaveDefaults() throws ServiceException {
    ServiceDefinition least = read("{\"command\": \"a b\", \"prestart_actions\": []}");
    assertThat(least.script()).isEqualTo("a b");
    assertThat(least.shell()).isEqualTo("bash");
    assertThat(least.app()).isEqualTo(Map.of("name", "web"));
    assertThat(read("{\"command\": \"a\", \"shell\": null}").shell()).isEmpty();
    assertThat(read("{\"noop\": true}").command()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{}|Expected the member \"command\"",
        "nonsense|web.json: Expected a value at position 0",
        "{\"command\": []}|it is empty",
        "{\"command\": \" \"}|it is empty",
        "{\"command\": [1]}|a list of texts in \"command\"",
        "{\"comand\": [\"a\"]}|found \"comand\". Did you mean \"command\"?",
        "{\"command\": \"a\", \"env\": {\"A\": 1}}|a text in \"env.A\"",
        "{\"command\": \"a\", \"env\": []}|an object in \"env\"",
        "{\"command\": \"a\", \"noop\": 1}|true or false in \"noop\"",
        "{\"command\": \"a\", \"prestart\": {}}|a list in \"prestart\"",
        "{\"command\": \"a\", \"prestart\": [1]}|an object as \"prestart[0].\"",
        "{\"command\": \"a\", \"prestart\": [], \"prestart_actions\": []}|there are both",
        "{\"command\": \"a\", \"prestart\": [{}]}|a text in \"prestart[0].action\"",
        "{\"command\": \"a\", \"prestart\": [{\"action\": \"mkdirs\"}]}|Did you mean \"mkdir\"?",
        "{\"command\": \"a\", \"prestart\": [{\"action\": \"mkdir\"}]}|\"prestart[0].args.path\"",
        "{\"command\": \"a\", \"prestart\": [{\"action\": \"mkdir\", \"args\": {\"pth\": \"\"}}]}"
            + "|found \"prestart[0].args.pth\". Did you mean \"path\"?",
        "{\"command\": \"a\", \"prestart\": [{\"action\": \"write_tempfile\", \"args\": {\"body\":"
            + " [], \"mode\": \"9\"}}]}|octal permissions",
        "{\"command\": \"a\", \"default_arguments\": {\"-a\": {}}}|In \"default_arguments\"",
        "{\"command\": \"a\", \"default_arguments\": {\"-a\": [null]}}|In \"default_arguments\"",
        "{\"command\": \"a\\u0000\"}|a text in \"command\"",
      })
  void shouldNameFileMemberAndRemedy(String json, String said) {
    assertThatThrownBy(() -> read(json))
        .isInstanceOf(ServiceException.class)
        .hasMessageStartingWith("web.json: ")
        .hasMessageContaining(said.replace("web.json: ", ""));
  }

  @Test
  void shouldListWhatCanBeReadAndTellOfTheRest(@TempDir Path folder) throws Exception {
    List<String> log = new ArrayList<>();
    DefinitionFolder definitions = new DefinitionFolder(folder, log::add);
    assertThat(definitions.all()).isEmpty();
    Files.writeString(folder.resolve("b.json"), "{\"command\": \"b\"}");
    Files.writeString(folder.resolve("a.json"), "{\"command\": \"a\"}");
    Files.writeString(folder.resolve("broken.json"), "{");
    Files.writeString(folder.resolve("no name.json"), "{}");
    Files.writeString(folder.resolve("other.txt"), "{}");
    assertThat(definitions.all()).extracting(ServiceDefinition::name).containsExactly("a", "b");
    assertThat(log).hasSize(1).first().asString().startsWith("broken.json: ");
    assertThat(definitions.find("c")).isNull();
    assertThat(new DefinitionFolder(folder.resolve("none"), log::add).all()).isEmpty();
  }
}
