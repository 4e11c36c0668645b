package org.polykern.jail.policy;

import java.util.List;
import java.util.stream.Collectors;

/** A policy file that was refused, with all that is wrong in it. */
public final class PolicyException extends Exception {
  private static final long serialVersionUID = 1;

  private final transient List<Problem> problems;

  PolicyException(List<Problem> problems) {
    super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
    this.problems = List.copyOf(problems);
  }

  /**
   * One thing that is wrong.
   *
   * @param file as given by the caller
   * @param line from 1
   * @param sentence what was expected, what is there, and the remedy
   */
  public record Problem(String file, int line, String sentence) {
    @Override
    public String toString() {
      return file + ":" + line + ": " + sentence;
    }
  }

  /** At least one, in the order of the file. */
  public List<Problem> problems() {
    return problems;
  }
}
