package org.polykern.jail.policy;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.polykern.jail.rule.PathRules.Beneath;

/**
 * Turns glob patterns into what Landlock can enforce: whole trees and single files. {@code *}
 * matches slashes too in these files, so {@code /tmp/*} is the tree below {@code /tmp}.
 */
final class PathPatterns {
  private static final Pattern GLOB = Pattern.compile("[*?\\[]");

  private final Findings findings;

  PathPatterns(Findings findings) {
    this.findings = findings;
  }

  /** What any of the patterns allows. */
  Beneath beneath(List<Fields.Text> patterns) {
    Set<String> paths = new LinkedHashSet<>();
    boolean everything = false;
    for (Fields.Text pattern : patterns) {
      if (pattern.text().equals("*")) {
        everything = true;
      } else {
        tree(pattern).ifPresent(paths::add);
      }
    }
    return everything || paths.contains("/") ? Beneath.EVERYTHING : Beneath.of(List.copyOf(paths));
  }

  private Optional<String> tree(Fields.Text pattern) {
    String text = pattern.text();
    if (text.endsWith("/*")) {
      text = text.substring(0, text.length() - 1);
    }
    Matcher glob = GLOB.matcher(text);
    if (glob.find()) {
      text = text.substring(0, text.lastIndexOf('/', glob.start()) + 1);
      findings.doubt(
          pattern.line(),
          "Expected '*', a path, or a path that ends in '/*', but '%s' is none: the kernel tests"
                  .formatted(pattern.text())
              + " trees and files, not patterns. The tree it would be is '"
              + text
              + "'.");
    }
    return path(new Fields.Text(text, pattern.line()));
  }

  /** A clean absolute path, empty with an error when it is none. */
  Optional<String> path(Fields.Text path) {
    if (!path.text().startsWith("/")) {
      findings.error(path.line(), "Expected an absolute path, but it is '" + path.text() + "'.");
      return Optional.empty();
    }
    return Optional.of(normal(path.text()));
  }

  /** As text: a {@code java.nio.file.Path} holds no letters that the locale cannot name. */
  private static String normal(String path) {
    Deque<String> names = new ArrayDeque<>();
    for (String name : path.split("/", -1)) {
      if (name.equals("..")) {
        names.pollLast();
      } else if (!name.isEmpty() && !name.equals(".")) {
        names.addLast(name);
      }
    }
    return "/" + String.join("/", names);
  }
}
