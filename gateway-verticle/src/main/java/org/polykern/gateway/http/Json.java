package org.polykern.gateway.http;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import org.polykern.common.problem.Problem;
import org.polykern.common.problem.ProblemCode;
import org.polykern.common.problem.ProblemException;

/** JSON in and out. Decimals are exact. */
public final class Json {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(JsonGenerator.Feature.WRITE_BIGDECIMAL_AS_PLAIN)
          .build();

  private Json() {}

  /** Maps, lists, texts, numbers, booleans, nulls and JsonNodes. */
  public static byte[] write(Object value) {
    try {
      return MAPPER.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException("Cannot write an answer as JSON", e);
    }
  }

  /** For answers that carry JSON inside of a text. */
  public static String text(Object value) {
    try {
      return MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException("Cannot write an answer as JSON", e);
    }
  }

  public static ObjectNode newObject() {
    return MAPPER.createObjectNode();
  }

  /** Plain Java values: maps, lists, texts, numbers, booleans, nulls. */
  static Object plain(JsonNode node) {
    return MAPPER.convertValue(node, Object.class);
  }

  /** Throws 400 naming line and column when the body is not one JSON object. */
  static ObjectNode readObject(byte[] body) {
    JsonNode node;
    try {
      node = MAPPER.readTree(body);
    } catch (JsonProcessingException e) {
      throw malformed(e.getLocation(), e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw malformed(null, String.valueOf(e.getMessage()), e);
    }
    if (node instanceof ObjectNode object) {
      return object;
    }
    if (node.isNull()) {
      return newObject();
    }
    throw Problem.of(
            ProblemCode.INVALID_API_PARAMS,
            "Expected a JSON object as body, but got " + describe(node) + ".")
        .toException();
  }

  static String describe(JsonNode node) {
    return switch (node.getNodeType()) {
      case ARRAY -> "a list";
      case BOOLEAN -> "a boolean";
      case NUMBER -> "a number";
      case OBJECT -> "an object";
      case STRING -> "a text";
      default -> "nothing";
    };
  }

  private static ProblemException malformed(
      @org.jspecify.annotations.Nullable JsonLocation at, String reason, IOException cause) {
    var where = at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr();
    Map<String, Object> data =
        at == null ? Map.of() : Map.of("line", at.getLineNr(), "column", at.getColumnNr());
    return new ProblemException(
        new Problem(
            ProblemCode.INVALID_API_PARAMS,
            null,
            "Malformed request body: not valid JSON" + where + " (" + reason + ").",
            data),
        cause);
  }
}
