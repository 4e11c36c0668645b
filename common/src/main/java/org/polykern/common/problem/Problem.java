package org.polykern.common.problem;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An error as a value; it crosses the bus unchanged.
 *
 * @param title overrides the code's title where the API names the object ("No such session."), else
 *     null
 * @param message one sentence for people: what was expected, what came, what to do
 * @param data details for programs (field to message, matches ...), JSON values only; may be empty
 */
public record Problem(
    ProblemCode code, @Nullable String title, String message, Map<String, Object> data) {

  public Problem {
    // Not Map.copyOf: JSON values may be null.
    data = Collections.unmodifiableMap(new LinkedHashMap<>(data));
  }

  public static Problem of(ProblemCode code, String message) {
    return new Problem(code, null, message, Map.of());
  }

  /** 404 "No such OBJECT." with the reason in the message. */
  public static Problem notFound(String object, String message) {
    return new Problem(ProblemCode.OBJECT_NOT_FOUND, "No such " + object + ".", message, Map.of());
  }

  /** 400 for one parameter; {@code data} maps the field to the message as the client API wants. */
  public static Problem invalid(String field, String message) {
    return new Problem(ProblemCode.INVALID_API_PARAMS, null, message, Map.of(field, message));
  }

  /** The title to show. */
  public String shownTitle() {
    return title != null ? title : code.title();
  }

  public ProblemException toException() {
    return new ProblemException(this);
  }
}
