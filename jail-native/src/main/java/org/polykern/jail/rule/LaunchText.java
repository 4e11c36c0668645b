package org.polykern.jail.rule;

import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The part of the helper's launch description that a policy decides: filter, limits, paths, working
 * directory. Made where policies are read; the runner puts the lines of the single start (user,
 * environment, descriptors) after them.
 */
public final class LaunchText {
  private LaunchText() {}

  /**
   * The lines, each with its end.
   *
   * @param program the compiled filter, for the machine on which it will run
   * @param watch nothing is refused, everything is told
   */
  public static String of(Policy policy, byte[] program, boolean watch) {
    StringBuilder out = new StringBuilder();
    out.append("policy ").append(escaped(policy.name())).append('\n');
    out.append("filter ").append(HexFormat.of().formatHex(program)).append('\n');
    Limits limits = policy.limits();
    count(out, "max-processes", limits.processes());
    count(out, "max-threads", limits.threads());
    count(out, "max-execs", limits.programStarts());
    count(out, "max-creations", limits.creations());
    limits
        .resources()
        .forEach((resource, value) -> {
          String amount = value == Limits.UNLIMITED ? "unlimited" : Long.toString(value);
          out.append("rlimit %s %s %s\n".formatted(resource.label(), amount, amount));
        });
    if (!watch) {
      paths(out, policy.paths()); // The kernel cannot tell of these without refusing.
    }
    String directory = policy.workingDirectory();
    if (directory != null) {
      out.append("cwd ").append(escaped(directory)).append('\n');
    }
    if (watch) {
      out.append("watch\n");
    } else if (policy.report()) {
      out.append("messages\n");
    }
    return out.toString();
  }

  private static void count(StringBuilder out, String key, long value) {
    if (value != Limits.UNLIMITED) {
      out.append(key).append(' ').append(Math.min(value, Integer.MAX_VALUE)).append('\n');
    }
  }

  private static void paths(StringBuilder out, PathRules paths) {
    Map<String, String> classes = new LinkedHashMap<>();
    add(out, classes, 'r', paths.read());
    add(out, classes, 'w', paths.write());
    add(out, classes, 'x', paths.execute());
    classes.forEach((path, letters) ->
        out.append("path ").append(letters).append(' ').append(escaped(path)).append('\n'));
  }

  private static void add(
      StringBuilder out, Map<String, String> classes, char letter, PathRules.Beneath beneath) {
    if (!beneath.everything()) {
      out.append("restrict ").append(letter).append('\n');
      beneath.paths().forEach(path -> classes.merge(path, String.valueOf(letter), String::concat));
    }
  }

  private static String escaped(String text) {
    return text.replace("\\", "\\\\").replace("\n", "\\n");
  }
}
