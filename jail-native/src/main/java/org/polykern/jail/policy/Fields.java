package org.polykern.jail.policy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.polykern.jail.call.NearestName;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * The keys of one YAML map. Every accessor reports a wrong type and then answers as if the key were
 * missing, so that reading goes on to the next error.
 */
final class Fields {
  /** A string and where it is. */
  record Text(String text, int line) {}

  /** A key's place and its value. */
  private record Field(Node key, Node value) {}

  private final Findings findings;
  private final int line;
  private final Map<String, Field> fields = new LinkedHashMap<>();

  private Fields(Findings findings, int line) {
    this.findings = findings;
    this.line = line;
  }

  static Fields none(Findings findings) {
    return new Fields(findings, 1);
  }

  /** The map that {@code node} is; empty, with an error, when it is none. */
  static Fields of(Node node, String what, Findings findings) {
    Fields result = new Fields(findings, Findings.line(node));
    if (isNull(node)) {
      return result;
    }
    if (!(node instanceof MappingNode map)) {
      findings.error(node, "Expected " + what + " to be a map, but it is " + kind(node) + ".");
      return result;
    }
    for (NodeTuple tuple : map.getValue()) {
      result.put(tuple);
    }
    return result;
  }

  private void put(NodeTuple tuple) {
    if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
      findings.error(
          tuple.getKeyNode(),
          "Expected a name as key, but it is " + kind(tuple.getKeyNode()) + ".");
      return;
    }
    Field before = fields.putIfAbsent(key.getValue(), new Field(key, tuple.getValueNode()));
    if (before != null) {
      findings.error(
          key,
          "Expected each key once, but '%s' is also in line %d."
              .formatted(key.getValue(), Findings.line(before.key)));
    }
  }

  /** Complains about keys outside {@code known} and forgets them. */
  Fields only(Set<String> known) {
    for (String key : Set.copyOf(fields.keySet())) {
      Field field = fields.get(key);
      if (field != null && !known.contains(key)) {
        findings.doubt(field.key, unknown("a key", key, known));
        fields.remove(key);
      }
    }
    return this;
  }

  /** The sentence about a name that nobody knows. */
  static String unknown(String what, String name, Set<String> known) {
    String remedy =
        NearestName.of(name, known)
            .map(near -> "did you mean '" + near + "'?")
            .orElseGet(() ->
                known.size() > 20 ? "nothing is called like it." : "known are " + listed(known));
    return "Expected %s, but '%s' is unknown: %s".formatted(what, name, remedy);
  }

  private static String listed(Set<String> known) {
    return String.join(", ", new TreeSet<>(known)) + ".";
  }

  int line() {
    return line;
  }

  /** Where {@code key} is, or where the map is when it has no such key. */
  int line(String key) {
    Field field = fields.get(key);
    return field == null ? line : Findings.line(field.key);
  }

  boolean has(String key) {
    return fields.containsKey(key);
  }

  Set<String> keys() {
    return Set.copyOf(fields.keySet());
  }

  /** The value of {@code key}, null when there is none. */
  @Nullable Node node(String key) {
    Field field = fields.get(key);
    return field == null ? null : field.value;
  }

  Optional<Text> text(String key) {
    Node node = node(key);
    if (node == null || isNull(node)) {
      return Optional.empty();
    }
    return text(node, "'" + key + "'", findings);
  }

  /** The text that {@code node} is; empty, with an error, when it is none. */
  static Optional<Text> text(Node node, String what, Findings findings) {
    if (node instanceof ScalarNode scalar && !isNull(node)) {
      if (scalar.getValue().indexOf('\0') < 0) {
        return Optional.of(new Text(scalar.getValue(), Findings.line(node)));
      }
      findings.error(node, "Expected %s to be text, but it holds a zero byte.".formatted(what));
      return Optional.empty();
    }
    findings.error(node, "Expected %s to be text, but it is %s.".formatted(what, kind(node)));
    return Optional.empty();
  }

  Optional<Boolean> bool(String key) {
    Node node = node(key);
    if (node == null || isNull(node)) {
      return Optional.empty();
    }
    if (node instanceof ScalarNode scalar && node.getTag().equals(Tag.BOOL)) {
      String word = scalar.getValue().toLowerCase(java.util.Locale.ROOT);
      return Optional.of(Set.of("true", "yes", "on").contains(word));
    }
    findings.error(
        node, "Expected '%s' to be true or false, but it is %s.".formatted(key, kind(node)));
    return Optional.empty();
  }

  /** A whole number, decimal, hexadecimal (0x) or octal (0o or a leading 0), of 64 bits. */
  OptionalLong number(String key, long least, long most) {
    Node node = node(key);
    if (node == null || isNull(node)) {
      return OptionalLong.empty();
    }
    if (!(node instanceof ScalarNode scalar)) {
      findings.error(
          node, "Expected '%s' to be a number, but it is %s.".formatted(key, kind(node)));
      return OptionalLong.empty();
    }
    OptionalLong number = parse(scalar.getValue());
    boolean wrapped =
        least != Long.MIN_VALUE && number.orElse(0) < 0 && !scalar.getValue().startsWith("-");
    if (number.isEmpty() || wrapped || number.getAsLong() < least || number.getAsLong() > most) {
      String range =
          least == Long.MIN_VALUE
              ? ""
              : " from %d%s".formatted(least, most == Long.MAX_VALUE ? "" : " to " + most);
      findings.error(
          node,
          "Expected '%s' to be a whole number%s, but it is '%s'."
              .formatted(key, range, scalar.getValue()));
      return OptionalLong.empty();
    }
    return number;
  }

  private static OptionalLong parse(String text) {
    try {
      if (text.startsWith("0x")) {
        return OptionalLong.of(Long.parseUnsignedLong(text.substring(2), 16));
      }
      if (text.startsWith("0o")) {
        return OptionalLong.of(Long.parseUnsignedLong(text.substring(2), 8));
      }
      if (text.length() > 1 && text.startsWith("0")) {
        return OptionalLong.of(Long.parseUnsignedLong(text, 8));
      }
      return OptionalLong.of(
          text.startsWith("-") ? Long.parseLong(text) : Long.parseUnsignedLong(text));
    } catch (NumberFormatException e) {
      return OptionalLong.empty();
    }
  }

  /** The texts of a list; a missing or null list is empty, one text is a list of one. */
  List<Text> texts(String key) {
    List<Text> texts = new ArrayList<>();
    for (Node node : nodes(key)) {
      text(node, "an entry of '" + key + "'", findings).ifPresent(texts::add);
    }
    return texts;
  }

  /** The entries of a list; a missing or null list is empty, a scalar is a list of one. */
  List<Node> nodes(String key) {
    Node node = node(key);
    if (node == null || isNull(node)) {
      return List.of();
    }
    if (node instanceof SequenceNode list) {
      return list.getValue();
    }
    if (node instanceof ScalarNode) {
      return List.of(node);
    }
    findings.error(node, "Expected '%s' to be a list, but it is %s.".formatted(key, kind(node)));
    return List.of();
  }

  /** The map under {@code key}; empty when there is none. */
  Fields fields(String key) {
    Node node = node(key);
    return node == null ? none(findings) : of(node, "'" + key + "'", findings);
  }

  static boolean isNull(Node node) {
    return node.getTag().equals(Tag.NULL);
  }

  private static String kind(Node node) {
    if (isNull(node)) {
      return "empty";
    }
    return switch (node) {
      case MappingNode _ -> "a map";
      case SequenceNode _ -> "a list";
      case ScalarNode scalar -> "'" + shortened(scalar.getValue()) + "'";
      default -> "something else";
    };
  }

  private static String shortened(String text) {
    return text.length() <= 60 ? text : text.substring(0, 60) + "…";
  }
}
