package org.polykern.agent.run;

import java.util.Map;
import org.polykern.common.problem.Problem;

/** The shell commands of a batch run; an empty one is skipped, {@code *} is the language's own. */
record BatchSteps(String clean, String build, String exec) {
  /**
   * Reads the options of a call; others than these three are not for us.
   *
   * @throws org.polykern.common.problem.ProblemException for one that is not a text
   */
  static BatchSteps of(Map<String, Object> options) {
    return new BatchSteps(text(options, "clean"), text(options, "build"), text(options, "exec"));
  }

  private static String text(Map<String, Object> options, String name) {
    return switch (options.get(name)) {
      case null -> "";
      case String command -> command;
      case Object other ->
          throw Problem.invalid(
                  "options",
                  "Expected the option "
                      + name
                      + " to be a shell command, \"*\" or null, but got "
                      + kind(other)
                      + ".")
              .toException();
    };
  }

  private static String kind(Object value) {
    return switch (value) {
      case Number _ -> "a number";
      case Boolean _ -> "a boolean";
      case java.util.List<?> _ -> "a list";
      default -> "an object";
    };
  }
}
