package org.polykern.cli.jail;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.polykern.cli.run.Terminal;
import org.polykern.jail.policy.ShippedPolicies;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** The policies that come with Polykern. */
@Command(
    name = "show",
    description = "List the policies that come with Polykern, or write one as its file.")
final class ShowCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Parameters(index = "0", arity = "0..1", paramLabel = "NAME", description = "Which to write.")
  private @Nullable String name;

  ShowCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    if (name != null) {
      terminal.out().print(NamedPolicy.shippedText(name));
      return 0;
    }
    int width = ShippedPolicies.names().stream().mapToInt(String::length).max().orElse(0);
    for (String policy : ShippedPolicies.names()) {
      String text = ShippedPolicies.text(policy).orElseThrow();
      terminal.out().println(policy + " ".repeat(width + 2 - policy.length()) + purpose(text));
    }
    return 0;
  }

  /** The first sentence of the comment at a file's head. */
  private static String purpose(String text) {
    StringBuilder comment = new StringBuilder();
    text.lines()
        .takeWhile(line -> line.startsWith("#"))
        .forEach(line -> comment.append(line.substring(1).strip()).append(' '));
    int end = comment.indexOf(". ");
    return (end < 0 ? comment.toString() : comment.substring(0, end + 1)).strip();
  }
}
