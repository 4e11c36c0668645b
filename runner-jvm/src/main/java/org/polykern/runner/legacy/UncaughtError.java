package org.polykern.runner.legacy;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What standard error tells about the error that ended a snippet. Only Python's form is known: a
 * traceback, then a line with the error's name and its message. The error's arguments are not
 * printed, so the message stands for them.
 */
final class UncaughtError {
  private static final String HEAD = "Traceback (most recent call last):\n";

  /** How a trace without a head begins, that of a syntax error. */
  private static final String PLACE = "  File \"";

  private static final Pattern NAME_AND_MESSAGE =
      Pattern.compile("([\\p{L}_][\\p{L}\\p{N}_.]*)(?:: (.*))?", Pattern.DOTALL);

  private UncaughtError() {}

  /**
   * The item for {@code exceptions}: name, arguments, whether it was raised outside the user's
   * code, and the trace; null when no error can be recognized.
   */
  static @Nullable List<Object> in(String stderr) {
    int head = stderr.lastIndexOf(HEAD);
    int start = head >= 0 ? head : stderr.indexOf(PLACE);
    if (start < 0) {
      return null;
    }
    String trace = stderr.substring(start).stripTrailing();
    List<String> lines = Arrays.asList(trace.split("\n", -1));
    int frames = head >= 0 ? 1 : 0;
    while (frames < lines.size() && lines.get(frames).startsWith(" ")) {
      frames++;
    }
    Matcher error =
        NAME_AND_MESSAGE.matcher(String.join("\n", lines.subList(frames, lines.size())));
    if (!error.matches()) {
      return null;
    }
    String message = error.group(2);
    return List.of(error.group(1), message == null ? List.of() : List.of(message), false, trace);
  }
}
