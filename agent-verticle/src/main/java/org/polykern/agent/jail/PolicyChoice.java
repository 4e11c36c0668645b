package org.polykern.agent.jail;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.polykern.jail.policy.PolicyException;
import org.polykern.jail.policy.PolicyFile;
import org.polykern.jail.policy.ShippedPolicies;
import org.polykern.jail.rule.Policy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which policy a session has: the operator's, else the image's, else the shipped one. */
final class PolicyChoice {
  private static final Logger log = LoggerFactory.getLogger(PolicyChoice.class);
  private static final String SUFFIX = ".yml";
  private static final Pattern RUNTIME = Pattern.compile("[A-Za-z0-9._+-]{1,64}");

  private final @Nullable Path directory;

  /** Where a policy comes from, with all that decides what it says. */
  sealed interface Source {
    record Operators(Path file, String text) implements Source {}

    record Images(String text) implements Source {}

    record Shipped(String runtime) implements Source {}
  }

  /**
   * @param directory of the operator's policies
   */
  PolicyChoice(@Nullable Path directory) {
    this.directory = directory;
  }

  /** Everything that is wrong in the operator's files. */
  List<PolicyException.Problem> check() throws IOException {
    var errors = new ArrayList<PolicyException.Problem>();
    if (directory == null) {
      return errors;
    }
    try (var files = Files.newDirectoryStream(directory, "*" + SUFFIX)) {
      for (var file : files) {
        try {
          PolicyFile.read(file).warnings().forEach(warning -> log.warn("{}", warning));
        } catch (PolicyException e) {
          errors.addAll(e.problems());
        }
      }
    }
    return errors;
  }

  /**
   * The text to use; equal ones mean the same policy.
   *
   * @param runtime runtime type, as the image names it
   * @param image its name, for messages
   * @throws org.polykern.common.problem.ProblemException when there is a file but no text in it
   */
  Source source(String runtime, String image, @Nullable ImagePolicy ofImage) {
    for (var name : List.of(runtime, "default")) {
      var file =
          directory == null || !RUNTIME.matcher(name).matches()
              ? null
              : directory.resolve(name + SUFFIX);
      if (file != null && Files.exists(file)) {
        try {
          return new Source.Operators(file, Files.readString(file));
        } catch (CharacterCodingException e) {
          throw JailProblems.unreadable(image, file.toString(), "it is not UTF-8").toException();
        } catch (IOException e) {
          throw JailProblems.unreadable(image, file.toString(), "reading it failed: " + e)
              .toException();
        }
      }
    }
    if (ofImage == null) {
      return new Source.Shipped(runtime);
    }
    var text = ofImage.text();
    if (text == null) {
      throw JailProblems.unreadable(
              image, ImagePolicy.PATH + " of the image", "it is empty, or no file of at most 1 MiB")
          .toException();
    }
    return new Source.Images(text);
  }

  /**
   * @throws org.polykern.common.problem.ProblemException when the text has errors
   */
  static Policy read(Source source, String image) {
    try {
      return switch (source) {
        case Source.Operators file -> PolicyFile.read(file.file().toString(), file.text()).policy();
        case Source.Images file -> images(image, file.text());
        case Source.Shipped shipped -> ShippedPolicies.ofLanguage(shipped.runtime());
      };
    } catch (PolicyException e) {
      throw JailProblems.broken(image, e.problems()).toException();
    }
  }

  /** Which variables pass is the operator's business, not the image's. */
  private static Policy images(String image, String text) throws PolicyException {
    var loaded = PolicyFile.read(ImagePolicy.PATH, text);
    var errors = widening(loaded.policy(), text);
    if (!errors.isEmpty()) {
      throw JailProblems.broken(image, errors).toException();
    }
    loaded.warnings().forEach(warning -> log.debug("Image {}: {}", image, warning));
    return keepingAll(loaded.policy());
  }

  private static List<PolicyException.Problem> widening(Policy policy, String text) {
    var errors = new ArrayList<PolicyException.Problem>();
    if (policy.allowDebug()) {
      errors.add(refused(text, "allow_debug"));
    }
    if (!policy.lifted().isEmpty()) {
      errors.add(refused(text, "lifted_syscalls"));
    }
    return errors;
  }

  private static PolicyException.Problem refused(String text, String key) {
    var lines = text.lines().toList();
    var line = 1;
    while (line <= lines.size() && !lines.get(line - 1).replaceAll("#.*", "").contains(key)) {
      line++;
    }
    return new PolicyException.Problem(
        ImagePolicy.PATH,
        Math.min(line, Math.max(1, lines.size())),
        "Expected no '"
            + key
            + "' in an image's file, but there is one: only the operator widens what programs may"
            + " do, with a file in the agent's jail-policies directory.");
  }

  private static Policy keepingAll(Policy policy) {
    return new Policy(
        policy.name(),
        policy.allowDebug(),
        policy.unlisted(),
        policy.allowed(),
        policy.lifted(),
        policy.rules(),
        policy.paths(),
        policy.limits(),
        policy.environment().keepingAll(),
        policy.workingDirectory(),
        policy.report());
  }
}
