package org.polykern.gateway.http;

import io.vertx.core.buffer.Buffer;
import java.util.LinkedHashMap;
import org.polykern.common.problem.Problem;
import org.polykern.common.problem.ProblemCode;

/** The one place where a problem becomes an HTTP answer. */
public final class ProblemDocument {
  private static final String BASE = "https://api.backend.ai/probs/";

  private ProblemDocument() {}

  static Answer of(Problem problem) {
    return of(problem, problem.data().isEmpty() ? "" : problem.data());
  }

  /** 404 for a path that no route matches; {@code data} is the path itself. */
  static Answer unknownPath(String path) {
    return of(Problem.of(ProblemCode.URL_NOT_FOUND, "There is nothing at " + path + "."), path);
  }

  /** With {@code data} of another kind than the problem's own; a text that is empty is left out. */
  public static Answer of(Problem problem, Object data) {
    var document = new LinkedHashMap<String, Object>();
    document.put("type", BASE + problem.code().suffix());
    document.put("title", problem.shownTitle());
    if (!problem.message().isEmpty()) {
      document.put("msg", problem.message());
    }
    if (!"".equals(data)) {
      document.put("data", data);
    }
    return new Answer(problem.code().status(), Answer.PROBLEM, Buffer.buffer(Json.write(document)));
  }
}
