package org.polykern.cli.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import org.polykern.cli.client.ApiClient;
import org.polykern.cli.run.Terminal;
import picocli.CommandLine.Option;

/** The output option that every command has. */
final class Output {
  @Option(names = "--json", description = "Write one JSON document instead of text.")
  private boolean json;

  boolean json() {
    return json;
  }

  static void document(Terminal terminal, JsonNode document) {
    try {
      terminal
          .out()
          .println(ApiClient.JSON.writerWithDefaultPrettyPrinter().writeValueAsString(document));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("Expected a tree that can be written as JSON", e);
    }
  }
}
