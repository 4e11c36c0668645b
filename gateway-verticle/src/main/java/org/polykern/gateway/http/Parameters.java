package org.polykern.gateway.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.polykern.common.problem.Problem;
import org.polykern.common.problem.ProblemException;

/**
 * A request's parameters: the query overlaid by the JSON object of the body, whatever the method.
 * Null means absent. Every getter takes all spellings of one key; the first is used in messages.
 * Unknown keys are ignored. A value of a wrong kind is a 400 that names the key.
 */
public final class Parameters {
  private static final Set<String> TRUE = Set.of("t", "true", "y", "yes", "on", "1");
  private static final Set<String> FALSE = Set.of("f", "false", "n", "no", "off", "0", "");

  /** More digits than any sensible quantity; beyond it exact decimals become a memory problem. */
  private static final int MAX_DIGITS = 40;

  private static final int MAX_QUERY_PARAMETERS = 1024;

  private final ObjectNode values;
  private final String prefix;

  private Parameters(ObjectNode values, String prefix) {
    this.values = values;
    this.prefix = prefix;
  }

  /** An empty body is never parsed. Throws 400 for malformed JSON or percent-encoding. */
  static Parameters of(String target, byte[] body) {
    var merged = Json.newObject();
    queryOf(target)
        .forEach((key, all) -> {
          if (all.size() == 1) {
            merged.put(key, all.getFirst());
          } else {
            all.forEach(merged.withArray("/" + escape(key))::add);
          }
        });
    if (body.length > 0) {
      merged.setAll(Json.readObject(body));
    }
    return new Parameters(merged, "");
  }

  /** Of a message that is one JSON object. Throws 400 for anything else. */
  public static Parameters ofMessage(String text) {
    return new Parameters(Json.readObject(text.getBytes(StandardCharsets.UTF_8)), "");
  }

  /** Of a request's target alone. Throws 400 for malformed percent-encoding. */
  public static Parameters ofQuery(String target) {
    return of(target, new byte[0]);
  }

  private static String escape(String key) {
    return key.replace("~", "~0").replace("/", "~1");
  }

  private static Map<String, List<String>> queryOf(String target) {
    try {
      return new QueryStringDecoder(
              target, StandardCharsets.UTF_8, true, MAX_QUERY_PARAMETERS, true)
          .parameters();
    } catch (IllegalArgumentException e) {
      throw Problem.invalid("query", "The query is not percent-encoded correctly.").toException();
    }
  }

  public @Nullable String text(String... names) {
    var node = find(names);
    if (node == null) {
      return null;
    }
    if (node instanceof ArrayNode array && !array.isEmpty()) {
      node = array.get(0); // a repeated query key
    }
    return textOf(names[0], node);
  }

  public String textOr(String name, String fallback) {
    var value = text(name);
    return value == null ? fallback : value;
  }

  public String requiredText(String... names) {
    var value = text(names);
    if (value == null) {
      throw missing(names[0]);
    }
    return value;
  }

  /** Text with any character, NUL included. */
  public String source(String name) {
    var node = find(name);
    if (node == null) {
      return "";
    }
    if (!node.isValueNode()) {
      throw wrong(name, "a text", node);
    }
    return node.asText();
  }

  public boolean flag(boolean fallback, String... names) {
    var node = find(names);
    if (node == null) {
      return fallback;
    }
    if (node.isValueNode()) {
      var text = node.asText().toLowerCase(Locale.ROOT);
      if (TRUE.contains(text)) {
        return true;
      }
      if (FALSE.contains(text)) {
        return false;
      }
    }
    throw wrong(names[0], "true or false", node);
  }

  public int integer(int fallback, int min, int max, String... names) {
    var node = find(names);
    if (node == null) {
      return fallback;
    }
    var number = numberOf(names[0], node);
    if (number == null || number.stripTrailingZeros().scale() > 0) {
      throw wrong(names[0], "a whole number", node);
    }
    if (number.compareTo(BigDecimal.valueOf(min)) < 0
        || number.compareTo(BigDecimal.valueOf(max)) > 0) {
      throw invalid(
          names[0], "Expected a number from " + min + " to " + max + ", but got " + number + ".");
    }
    return number.intValueExact();
  }

  /** A whole number that is not negative. */
  public long number(String name, long fallback) {
    var node = find(name);
    if (node == null) {
      return fallback;
    }
    var number = numberOf(name, node);
    try {
      if (number != null && number.signum() >= 0) {
        return number.longValueExact();
      }
    } catch (ArithmeticException e) {
      // Said below.
    }
    throw wrong(name, "a whole number that is not negative", node);
  }

  /** Null when absent; a JSON text that holds an object is accepted too. */
  public @Nullable Parameters object(String... names) {
    var node = find(names);
    if (node == null) {
      return null;
    }
    if (node instanceof TextNode text) {
      node = Json.readObject(text.asText().getBytes(StandardCharsets.UTF_8));
    }
    if (node instanceof ObjectNode object) {
      return new Parameters(object, prefix + names[0] + ".");
    }
    throw wrong(names[0], "an object", node);
  }

  /** Empty when absent; one text counts as a list of one. */
  public List<String> texts(String... names) {
    var node = find(names);
    var result = new ArrayList<String>();
    if (node instanceof ArrayNode array) {
      array.forEach(item -> result.add(textOf(names[0], item)));
    } else if (node != null) {
      result.add(textOf(names[0], node));
    }
    return result;
  }

  /** This object as texts, nulls left out. */
  public Map<String, String> asTexts() {
    var result = new LinkedHashMap<String, String>();
    values
        .properties()
        .forEach(entry -> {
          if (!entry.getValue().isNull()) {
            requireNoNul(entry.getKey(), entry.getKey());
            result.put(entry.getKey(), textOf(entry.getKey(), entry.getValue()));
          }
        });
    return result;
  }

  /** This object as plain Java values, nulls included. */
  @SuppressWarnings("unchecked") // an ObjectNode always converts to a map
  public Map<String, Object> asPlain() {
    return (Map<String, Object>) Json.plain(values);
  }

  public boolean has(String... names) {
    return find(names) != null;
  }

  /** A 400 that names the key, with the path to it. */
  public ProblemException invalid(String name, String message) {
    return Problem.invalid(prefix + name, message).toException();
  }

  private ProblemException missing(String name) {
    return invalid(name, "Expected the parameter " + prefix + name + ", but it is missing.");
  }

  private ProblemException wrong(String name, String expected, JsonNode got) {
    return invalid(
        name,
        "Expected " + expected + " as " + prefix + name + ", but got " + Json.describe(got) + ".");
  }

  private @Nullable JsonNode find(String... names) {
    for (var name : names) {
      var node = values.get(name);
      if (node != null && !node.isNull()) {
        return node;
      }
    }
    return null;
  }

  private String textOf(String name, JsonNode node) {
    if (!node.isValueNode() || node.isNull()) {
      throw wrong(name, "a text", node);
    }
    if (node.isNumber()) {
      var number = numberOf(name, node);
      return number == null ? node.asText() : number.toPlainString();
    }
    return requireNoNul(name, node.asText());
  }

  /** PostgreSQL stores no NUL, and no name, path or variable may hold one. */
  private String requireNoNul(String name, String text) {
    if (text.indexOf('\0') >= 0) {
      throw invalid(name, "Expected a text without NUL characters as " + prefix + name + ".");
    }
    return text;
  }

  private @Nullable BigDecimal numberOf(String name, JsonNode node) {
    BigDecimal number;
    try {
      number = node.isNumber() ? node.decimalValue() : new BigDecimal(node.asText().strip());
    } catch (NumberFormatException e) {
      return null;
    }
    if (Math.abs((long) number.scale()) > MAX_DIGITS || number.precision() > MAX_DIGITS) {
      throw invalid(name, "Expected a number of at most " + MAX_DIGITS + " digits.");
    }
    return number;
  }
}
