package org.polykern.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One answer of the execute call.
 *
 * @param status {@code continued}, {@code waiting-input}, {@code clean-finished}, {@code
 *     build-finished} or {@code finished}
 * @param exitCode null unless a phase ended
 * @param password whether the awaited input should not be shown
 * @param console what the program wrote since the last answer, in order
 */
public record RunStep(
    String runId, String status, @Nullable Integer exitCode, boolean password, List<Item> console) {

  /**
   * One piece of output.
   *
   * @param kind {@code stdout}, {@code stderr}, {@code html}, {@code media} or {@code log}
   * @param value text; for media an array of type and data, for logs an array of fields
   */
  public record Item(String kind, JsonNode value) {}

  static RunStep of(JsonNode result) {
    List<Item> items = new ArrayList<>();
    for (JsonNode item : result.path("console")) {
      items.add(new Item(item.path(0).asText(), item.path(1)));
    }
    JsonNode code = result.path("exitCode");
    return new RunStep(
        result.path("runId").asText(),
        result.path("status").asText(),
        code.isInt() ? code.asInt() : null,
        result.path("options").path("is_password").asBoolean(false),
        List.copyOf(items));
  }
}
