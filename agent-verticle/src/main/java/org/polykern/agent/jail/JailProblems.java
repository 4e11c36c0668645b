package org.polykern.agent.jail;

import java.util.List;
import java.util.stream.Collectors;
import org.polykern.common.problem.Problem;
import org.polykern.common.problem.ProblemCode;
import org.polykern.jail.policy.PolicyException;

/** What can be wrong with a jail, as sentences. */
final class JailProblems {
  private JailProblems() {}

  /** A policy that a new session would have had; its errors, one a line. */
  static Problem broken(String image, List<PolicyException.Problem> errors) {
    return Problem.of(
        ProblemCode.KERNEL_CREATION_FAILED,
        "Expected a jail policy without errors for a session of "
            + image
            + ", but there are some; correct the file:\n"
            + lines(errors));
  }

  static Problem unreadable(String image, String file, String why) {
    return Problem.of(
        ProblemCode.KERNEL_CREATION_FAILED,
        "Expected to read the jail policy "
            + file
            + " for a session of "
            + image
            + ", but "
            + why
            + ".");
  }

  /** At the agent's start: policies of the operator. */
  static Problem brokenDirectory(List<PolicyException.Problem> errors) {
    return Problem.of(
        ProblemCode.UNAVAILABLE,
        "Expected jail policies without errors in the agent's jail-policies directory, but there are"
            + " some; correct the files:\n"
            + lines(errors));
  }

  static Problem noDirectory(String setting, Object path, String why) {
    return Problem.of(
        ProblemCode.UNAVAILABLE,
        "Expected the setting "
            + setting
            + " in [agent] to name a directory that the agent can read, but "
            + path
            + " "
            + why
            + ".");
  }

  /** At the agent's start: nothing can be jailed here. */
  static Problem impossible(String why) {
    return Problem.of(
        ProblemCode.UNAVAILABLE,
        "Expected to start sessions in a jail, but "
            + why
            + "; remove the cause, or set jail = \"off\" in [agent] to run programs without a system"
            + " call filter.");
  }

  private static String lines(List<PolicyException.Problem> errors) {
    return errors.stream().map(PolicyException.Problem::toString).collect(Collectors.joining("\n"));
  }
}
