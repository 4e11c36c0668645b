package org.polykern.jail.rule;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What of the runner's environment a jailed program gets.
 *
 * @param keepAll every variable that is not denied; then {@code keep} is empty
 * @param keep the names that stay when not all do; a name that ends in * is a prefix
 * @param deny names that never pass, whoever set them; a name that ends in * is a prefix
 * @param set what is set at the end, in this order; wins over everything, except over {@code deny}
 */
public record EnvironmentRules(
    boolean keepAll, List<String> keep, List<String> deny, Map<String, String> set) {
  /** The libraries that these make a program load, or the secrets that they hold, are not its. */
  public static final List<String> DENIED =
      List.of("LD_AUDIT", "LD_PROFILE", "GCONV_PATH", "POLYKERN_*");

  /** Set by the runner for its own JVM; passes only where the session asked for it. */
  private static final Set<String> OF_THE_RUNNER = Set.of("JAVA_TOOL_OPTIONS");

  /** Everything but what is denied by default. */
  public static final EnvironmentRules DEFAULT =
      new EnvironmentRules(true, List.of(), DENIED, Map.of());

  public EnvironmentRules {
    keep = List.copyOf(keep);
    deny = List.copyOf(deny);
    set = Collections.unmodifiableMap(new LinkedHashMap<>(set));
    if (keepAll && !keep.isEmpty()) {
      throw new IllegalArgumentException(
          "Expected no list of kept names where all are kept, but it is " + keep + ".");
    }
  }

  /** The same rules without the list of kept names: for operators who do not honour an image's. */
  public EnvironmentRules keepingAll() {
    return new EnvironmentRules(true, List.of(), deny, set);
  }

  /**
   * The environment of a jailed program.
   *
   * @param inherited what the runner has, with the session's variables in it
   * @param given names that the session or the agent added; these need not be in {@code keep}
   */
  public Map<String, String> apply(Map<String, String> inherited, Set<String> given) {
    Map<String, String> result = new LinkedHashMap<>();
    inherited.forEach((name, value) -> {
      if (passes(name, given.contains(name))) {
        result.put(name, value);
      }
    });
    set.forEach((name, value) -> {
      if (!matchesAny(deny, name)) {
        result.put(name, value);
      }
    });
    return result;
  }

  private boolean passes(String name, boolean given) {
    if (matchesAny(deny, name) || (OF_THE_RUNNER.contains(name) && !given)) {
      return false;
    }
    return keepAll || given || matchesAny(keep, name);
  }

  /** Whether {@code name} is in the list or begins with an entry that ends in *. */
  public static boolean matchesAny(List<String> patterns, String name) {
    return patterns.stream()
        .anyMatch(pattern ->
            pattern.endsWith("*")
                ? name.startsWith(pattern.substring(0, pattern.length() - 1))
                : name.equals(pattern));
  }
}
