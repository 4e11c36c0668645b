package org.polykern.jail.policy;

import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.polykern.jail.policy.PolicyException.Problem;
import org.polykern.jail.rule.BuiltInPolicy;
import org.polykern.jail.rule.CallAction;
import org.polykern.jail.rule.Errno;
import org.polykern.jail.rule.Policy;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.reader.ReaderException;

/** Reads a policy from YAML: all of it or none. */
public final class PolicyFile {
  /** What a file of ours says under {@code version}. */
  public static final String VERSION = "polykern/1";

  private static final int MAX_CODE_POINTS = 1 << 20;
  private static final int MAX_DEPTH = 20;
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._+-]{1,64}");
  private static final List<String> PRESERVED_BY_DEFAULT =
      List.of("HOME", "PATH", "LANG", "PYENV_ROOT", "PYTHONPATH", "LD_LIBRARY_PATH", "LD_PRELOAD");

  private static final Set<String> PUBLISHED_KEYS = publishedKeys();

  private PolicyFile() {}

  /**
   * A policy and what its author should know.
   *
   * @param warnings parts of the file that have no effect
   */
  public record Loaded(Policy policy, List<Problem> warnings) {}

  /** Reads {@code file}, which must be UTF-8. */
  public static Loaded read(Path file) throws IOException, PolicyException {
    byte[] bytes = Files.readAllBytes(file);
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw refused(file.toString(), 1, "Expected UTF-8, but the file has other bytes.");
    }
    return read(file.toString(), text);
  }

  /**
   * Reads {@code text}.
   *
   * @param file its name, for messages; without directory and extension also the policy's name when
   *     the text has none
   */
  public static Loaded read(String file, String text) throws PolicyException {
    Node root = compose(file, text);
    Findings findings = new Findings(file);
    Fields top = root == null ? Fields.none(findings) : Fields.of(root, "a policy", findings);
    findings.throwIfAny();
    Draft draft = new Draft(nameOf(file));
    if (top.has("version")) {
      readOwn(top, draft, findings);
    } else {
      readPublished(top, draft, findings);
    }
    findings.throwIfAny();
    return new Loaded(draft.policy(), findings.warnings());
  }

  static boolean isName(String text) {
    return NAME.matcher(text).matches();
  }

  private static void readOwn(Fields top, Draft draft, Findings findings) throws PolicyException {
    findings.beStrict();
    String version = top.text("version").map(Fields.Text::text).orElse("");
    if (!version.equals(VERSION)) {
      findings.error(
          top.line("version"),
          "Expected version '%s', but it is '%s'.".formatted(VERSION, version));
    }
    if (top.has("diff_to_default")) {
      findings.error(
          top.line("diff_to_default"),
          "Expected no 'diff_to_default' in a file of version %s, but there is one: such a file"
                  .formatted(VERSION)
              + " always adds to the default; 'unlisted_syscalls: refuse' makes its list complete.");
    }
    Set<String> known = new java.util.TreeSet<>(OwnKeys.all());
    known.add("diff_to_default");
    top.only(known);
    new Extension(findings).of(top).ifPresent(draft::extend);
    new SharedKeys(findings, draft).read(top);
    new OwnKeys(findings, draft).read(top);
  }

  private static void readPublished(Fields top, Draft draft, Findings findings)
      throws PolicyException {
    for (String key : OwnKeys.all()) {
      if (top.has(key) && !PUBLISHED_KEYS.contains(key)) {
        findings.error(
            top.line(key),
            "Expected 'version: %s' in a file with the key '%s', but there is no version: add it."
                .formatted(VERSION, key));
      }
    }
    findings.throwIfAny();
    top.only(PUBLISHED_KEYS);
    new SharedKeys(findings, draft).read(top);
    boolean difference = top.bool("diff_to_default").orElse(false);
    if (difference && !draft.keepAll) {
      draft.keep.addAll(PRESERVED_BY_DEFAULT);
    }
    List<Fields.Text> calls =
        top.texts("allowed_syscalls").stream()
            .filter(name -> CallNames.check(name, findings))
            .toList();
    for (Fields.Text name : calls) {
      if (BuiltInPolicy.refusedCalls().contains(name.text())) {
        findings.doubt(
            name.line(),
            "Expected calls that the built-in policy does not refuse, but it refuses %s, and this"
                    .formatted(name.text())
                + " file cannot lift that.");
      }
    }
    if (!difference && !calls.isEmpty()) {
      draft.unlisted = CallAction.refuse(Errno.EPERM);
      draft.allowed.addAll(ReferenceCalls.names());
      calls.forEach(name -> draft.allowed.add(name.text()));
    }
    // Their list of traced calls was never honoured by any jail, so only its form matters.
    top.texts("traced_syscalls");
  }

  /** The one document that {@code text} is, null when it is empty. */
  static @Nullable Node compose(String file, String text) throws PolicyException {
    LoaderOptions options = new LoaderOptions();
    options.setCodePointLimit(MAX_CODE_POINTS);
    options.setNestingDepthLimit(MAX_DEPTH);
    options.setAllowRecursiveKeys(false);
    try {
      Node root = new Yaml(new SafeConstructor(options)).compose(new StringReader(text));
      return root instanceof ScalarNode && Fields.isNull(root) ? null : root;
    } catch (ReaderException e) {
      int end = Math.min(e.getPosition(), text.length());
      int line = 1 + (int) text.substring(0, end).chars().filter(c -> c == '\n').count();
      throw refused(file, line, "Expected YAML, but there is a character that it may not have.");
    } catch (MarkedYAMLException e) {
      Mark mark = e.getProblemMark();
      throw refused(
          file,
          mark == null ? 1 : mark.getLine() + 1,
          "Expected YAML, but " + sentence(e.getProblem()) + ".");
    } catch (YAMLException e) {
      throw refused(file, 1, "Expected YAML, but " + sentence(e.getMessage()) + ".");
    }
  }

  private static String sentence(@Nullable String problem) {
    return problem == null ? "it is none" : problem.lines().findFirst().orElse("it is none");
  }

  private static PolicyException refused(String file, int line, String sentence) {
    Findings findings = new Findings(file);
    findings.error(line, sentence);
    return findings.exception();
  }

  private static String nameOf(String file) {
    String base = file.substring(file.lastIndexOf('/') + 1);
    int dot = base.lastIndexOf('.');
    String stem = (dot > 0 ? base.substring(0, dot) : base).replaceAll("[^A-Za-z0-9._+-]", "-");
    String cut = stem.substring(0, Math.min(64, stem.length()));
    return cut.isEmpty() ? "policy" : cut;
  }

  private static Set<String> publishedKeys() {
    Set<String> keys = new java.util.TreeSet<>(SharedKeys.NAMES);
    keys.add("diff_to_default");
    return keys;
  }
}
