package org.polykern.agent.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.polykern.agent.runnerlink.OutputKind;

/**
 * One message of a run, decoded; or a part of one that was too long for a call.
 *
 * @param receipt marked when the last part has been handed out
 * @param mime of media, else null
 * @param text console text, or the data of media
 * @param points code points of the text
 * @param exitCode of the end of a run or a step; null for others, and where the runner told none
 * @param password of WAITING_INPUT, else false
 */
record Output(
    OutputKind kind,
    Receipt receipt,
    @Nullable String mime,
    String text,
    int points,
    @Nullable Integer exitCode,
    boolean password) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int RUNNER_FAULT = -1;

  /** Reads a message of the runner; nonsense in it becomes defaults, never an error. */
  static Output of(OutputKind kind, Receipt receipt, byte[] body) {
    return switch (kind) {
      case STDOUT, STDERR, HTML -> text(kind, receipt, new String(body, StandardCharsets.UTF_8));
      case MEDIA -> {
        var tree = tree(body);
        var data = tree.path("data").asText("");
        yield new Output(
            kind,
            receipt,
            tree.path("type").asText("application/octet-stream"),
            data,
            data.length(),
            null,
            false);
      }
      case WAITING_INPUT ->
          new Output(
              kind, receipt, null, "", 0, null, tree(body).path("is_password").asBoolean(false));
      case CLEAN_FINISHED, BUILD_FINISHED, FINISHED ->
          new Output(kind, receipt, null, "", 0, exitCode(tree(body)), false);
    };
  }

  static Output text(OutputKind kind, Receipt receipt, String text) {
    return new Output(
        kind, receipt, null, text, text.codePointCount(0, text.length()), null, false);
  }

  boolean isControl() {
    return kind == OutputKind.FINISHED || kind == OutputKind.WAITING_INPUT || isStepEnd();
  }

  boolean isStepEnd() {
    return kind == OutputKind.CLEAN_FINISHED || kind == OutputKind.BUILD_FINISHED;
  }

  private static @Nullable Integer exitCode(JsonNode told) {
    var code = told.path("exitCode");
    var untold = told.isObject() && (code.isMissingNode() || code.isNull());
    return untold ? null : Integer.valueOf(code.asInt(RUNNER_FAULT));
  }

  boolean isStream() {
    return kind == OutputKind.STDOUT || kind == OutputKind.STDERR;
  }

  private static JsonNode tree(byte[] body) {
    try {
      var tree = JSON.readTree(body);
      return tree == null || tree.isMissingNode() ? JsonNodeFactory.instance.objectNode() : tree;
    } catch (IOException notJson) {
      return JsonNodeFactory.instance.objectNode();
    }
  }
}
