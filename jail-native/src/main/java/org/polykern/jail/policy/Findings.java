package org.polykern.jail.policy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.polykern.jail.policy.PolicyException.Problem;
import org.yaml.snakeyaml.nodes.Node;

/** Collects what is wrong in one file while it is read to its end. */
final class Findings {
  private final String file;
  private final List<Problem> errors = new ArrayList<>();
  private final List<Problem> warnings = new ArrayList<>();
  private boolean strict;

  Findings(String file) {
    this.file = file;
  }

  void beStrict() {
    strict = true;
  }

  boolean strict() {
    return strict;
  }

  void error(int line, String sentence) {
    Problem problem = new Problem(file, line, sentence);
    if (!errors.contains(problem)) { // A key may be read for more than one purpose.
      errors.add(problem);
    }
  }

  void error(Node node, String sentence) {
    error(line(node), sentence);
  }

  /** An error in a file of ours; in a published one a warning: what is meant has no effect. */
  void doubt(int line, String sentence) {
    (strict ? errors : warnings).add(new Problem(file, line, sentence));
  }

  void doubt(Node node, String sentence) {
    doubt(line(node), sentence);
  }

  List<Problem> warnings() {
    return List.copyOf(warnings);
  }

  void throwIfAny() throws PolicyException {
    if (!errors.isEmpty()) {
      throw exception();
    }
  }

  PolicyException exception() {
    errors.sort(Comparator.comparingInt(Problem::line));
    return new PolicyException(errors);
  }

  static int line(Node node) {
    return node.getStartMark() == null ? 1 : node.getStartMark().getLine() + 1;
  }
}
