package org.polykern.jail.rule;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A policy as lines of words, for the way from the agent, which reads YAML, to the runner, which
 * does not. Not for people, and not kept: both sides come from the same build.
 */
public final class PolicyText {
  private static final String HEADER = "polykern-policy 1";

  private PolicyText() {}

  /** The policy as text; {@link #read} gives an equal one back. */
  public static String write(Policy policy) {
    Writer out = new Writer();
    out.line(HEADER);
    out.line("name " + word(policy.name()));
    out.line("debug " + policy.allowDebug());
    out.line("report " + policy.report());
    out.line("unlisted " + action(policy.unlisted()));
    out.words("allowed", policy.allowed().stream().sorted().toList());
    out.words("lifted", policy.lifted().stream().sorted().toList());
    String directory = policy.workingDirectory();
    if (directory != null) {
      out.line("directory " + word(directory));
    }
    policy.rules().forEach(rule -> out.line("rule " + rule(rule)));
    out.beneath("read", policy.paths().read());
    out.beneath("write", policy.paths().write());
    out.beneath("execute", policy.paths().execute());
    Limits limits = policy.limits();
    out.line(
        "limits %d %d %d %d"
            .formatted(
                limits.processes(), limits.threads(), limits.programStarts(), limits.creations()));
    limits.resources().forEach((resource, value) -> out.line("resource " + resource + " " + value));
    EnvironmentRules environment = policy.environment();
    out.line("keep-all " + environment.keepAll());
    out.words("keep", environment.keep());
    out.words("deny", environment.deny());
    environment.set().forEach((name, value) -> out.line("set " + word(name) + " " + word(value)));
    return out.text.toString();
  }

  /** Reads what {@link #write} wrote; {@link IllegalArgumentException} names the line otherwise. */
  public static Policy read(String text) {
    List<String> lines = text.lines().toList();
    if (lines.isEmpty() || !lines.getFirst().equals(HEADER)) {
      throw new IllegalArgumentException(
          "Expected a policy that begins with '" + HEADER + "', but it does not.");
    }
    Reader reader = new Reader();
    for (int i = 1; i < lines.size(); i++) {
      try {
        reader.line(lines.get(i).split(" ", -1));
      } catch (RuntimeException e) {
        throw new IllegalArgumentException(
            "Expected a line of a policy, but line " + (i + 1) + " is '" + lines.get(i) + "'.", e);
      }
    }
    return reader.policy();
  }

  private static String word(String text) {
    return text.isEmpty() ? "=" : URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static String plain(String word) {
    return word.equals("=") ? "" : URLDecoder.decode(word, StandardCharsets.UTF_8);
  }

  private static String action(CallAction action) {
    return switch (action) {
      case CallAction.Plain.ALLOW -> "allow";
      case CallAction.Plain.KILL -> "kill";
      case CallAction.Plain.LOG -> "log";
      case CallAction.Plain.COUNT -> "count";
      case CallAction.Plain.ASK -> "ask";
      case CallAction.Refuse refusal -> Integer.toString(refusal.errno());
    };
  }

  private static CallAction action(String word) {
    return switch (word) {
      case "allow" -> CallAction.Plain.ALLOW;
      case "kill" -> CallAction.Plain.KILL;
      case "log" -> CallAction.Plain.LOG;
      case "count" -> CallAction.Plain.COUNT;
      case "ask" -> CallAction.Plain.ASK;
      default -> CallAction.refuse(Integer.parseInt(word));
    };
  }

  private static String rule(CallRule rule) {
    StringBuilder text = new StringBuilder();
    text.append(word(rule.call())).append(' ').append(action(rule.action()));
    text.append(' ').append(word(rule.reason()));
    for (ArgumentTest test : rule.tests()) {
      text.append(
          " %d %s %s %d %d"
              .formatted(test.index(), test.width(), test.comparison(), test.value(), test.mask()));
    }
    return text.toString();
  }

  private static CallRule rule(String[] words) {
    List<ArgumentTest> tests = new ArrayList<>();
    for (int i = 4; i < words.length; i += 5) {
      tests.add(
          new ArgumentTest(
              Integer.parseInt(words[i]),
              ArgumentTest.Width.valueOf(words[i + 1]),
              ArgumentTest.Comparison.valueOf(words[i + 2]),
              Long.parseLong(words[i + 3]),
              Long.parseLong(words[i + 4])));
    }
    return new CallRule(plain(words[1]), tests, action(words[2]), plain(words[3]));
  }

  /** Puts lines together. */
  private static final class Writer {
    private final StringBuilder text = new StringBuilder();

    void line(String line) {
      text.append(line).append('\n');
    }

    void words(String key, List<String> words) {
      words.forEach(word -> line(key + " " + word(word)));
    }

    void beneath(String key, PathRules.Beneath beneath) {
      if (!beneath.everything()) {
        line(key + "-only");
        words(key, beneath.paths());
      }
    }
  }

  /** Collects what the lines say. */
  private static final class Reader {
    private final Map<String, List<String>> words = new LinkedHashMap<>();
    private final List<CallRule> rules = new ArrayList<>();
    private final Map<Limits.Resource, Long> resources = new EnumMap<>(Limits.Resource.class);
    private final Map<String, String> set = new LinkedHashMap<>();
    private long @Nullable [] limits;

    void line(String[] line) {
      switch (line[0]) {
        case "rule" -> rules.add(rule(line));
        case "resource" -> resources.put(Limits.Resource.valueOf(line[1]), Long.parseLong(line[2]));
        case "set" -> set.put(plain(line[1]), plain(line[2]));
        case "limits" ->
            limits =
                new long[] {
                  Long.parseLong(line[1]),
                  Long.parseLong(line[2]),
                  Long.parseLong(line[3]),
                  Long.parseLong(line[4])
                };
        case "read-only", "write-only", "execute-only" -> words.putIfAbsent(line[0], List.of());
        case "name",
            "debug",
            "report",
            "unlisted",
            "allowed",
            "lifted",
            "directory",
            "read",
            "write",
            "execute",
            "keep-all",
            "keep",
            "deny" ->
            words.computeIfAbsent(line[0], key -> new ArrayList<>()).add(plain(line[1]));
        default -> throw new IllegalArgumentException(line[0]);
      }
    }

    Policy policy() {
      long[] counts = limits;
      if (counts == null) {
        throw new IllegalArgumentException("Expected a line of limits, but there is none.");
      }
      List<String> directory = many("directory");
      return new Policy(
          one("name"),
          Boolean.parseBoolean(one("debug")),
          action(one("unlisted")),
          set("allowed"),
          set("lifted"),
          rules,
          new PathRules(beneath("read"), beneath("write"), beneath("execute")),
          new Limits(counts[0], counts[1], counts[2], counts[3], resources),
          new EnvironmentRules(
              Boolean.parseBoolean(one("keep-all")), many("keep"), many("deny"), set),
          directory.isEmpty() ? null : directory.getFirst(),
          Boolean.parseBoolean(one("report")));
    }

    private PathRules.Beneath beneath(String key) {
      return words.containsKey(key + "-only")
          ? PathRules.Beneath.of(many(key))
          : PathRules.Beneath.EVERYTHING;
    }

    private Set<String> set(String key) {
      return new LinkedHashSet<>(many(key));
    }

    private List<String> many(String key) {
      return words.getOrDefault(key, List.of());
    }

    private String one(String key) {
      List<String> values = many(key);
      if (values.size() != 1) {
        throw new IllegalArgumentException(
            "Expected one line of '" + key + "', but there are " + values.size() + ".");
      }
      return values.getFirst();
    }
  }
}
