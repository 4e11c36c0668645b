package org.polykern.agent.file;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.polykern.common.problem.Problem;
import org.polykern.common.problem.ProblemException;

/**
 * A path as a client gives it, relative to {@code /home/work}.
 *
 * @param parts components; none for the directory itself
 */
record WorkPath(List<String> parts) {
  static final String ROOT = "/home/work";
  private static final int MAX_NAME = 255;
  private static final int MAX_DEPTH = 64;

  WorkPath {
    parts = List.copyOf(parts);
  }

  /**
   * @throws ProblemException INVALID_API_PARAMS for a path that leaves the work directory
   */
  static WorkPath parse(String text) {
    var below = text;
    if (text.equals(ROOT) || text.startsWith(ROOT + "/")) {
      below = text.substring(ROOT.length());
    } else if (text.startsWith("/")) {
      throw refused(text, "lies outside " + ROOT);
    }
    var parts = new ArrayList<String>();
    for (var part : below.split("/", -1)) {
      if (part.equals("..")) {
        throw refused(text, "has '..' in it");
      }
      if (part.indexOf('\0') >= 0 || part.getBytes(StandardCharsets.UTF_8).length > MAX_NAME) {
        throw refused(text, "has a name that no file can have");
      }
      if (!part.isEmpty() && !part.equals(".")) {
        parts.add(part);
      }
    }
    if (parts.size() > MAX_DEPTH) {
      throw refused(text, "is deeper than " + MAX_DEPTH + " directories");
    }
    return new WorkPath(parts);
  }

  boolean isRoot() {
    return parts.isEmpty();
  }

  String name() {
    return parts.getLast();
  }

  List<String> parents() {
    return parts.subList(0, parts.size() - 1);
  }

  /** As the user sees it. */
  String shown() {
    return isRoot() ? ROOT : ROOT + "/" + String.join("/", parts);
  }

  static ProblemException refused(String text, String why) {
    return Problem.invalid(
            "path", "Expected a path below " + ROOT + ", but '" + text + "' " + why + ".")
        .toException();
  }
}
