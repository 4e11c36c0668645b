package org.polykern.agent.jail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
   * @param runtime runtime type, as the image names it
   * @param image its name, for messages
   * @throws org.polykern.common.problem.ProblemException when the file to use has errors
   */
  Policy of(String runtime, String image, @Nullable ImagePolicy ofImage) {
    return operators(runtime, image)
        .or(() -> Optional.ofNullable(ofImage).map(policy -> images(image, policy)))
        .orElseGet(() -> ShippedPolicies.ofLanguage(runtime));
  }

  private Optional<Policy> operators(String runtime, String image) {
    for (var name : List.of(runtime, "default")) {
      var file =
          directory == null || !RUNTIME.matcher(name).matches()
              ? null
              : directory.resolve(name + SUFFIX);
      if (file != null && Files.exists(file)) {
        try {
          return Optional.of(PolicyFile.read(file).policy());
        } catch (PolicyException e) {
          throw JailProblems.broken(image, e.problems()).toException();
        } catch (IOException e) {
          throw JailProblems.unreadable(image, file.toString(), "reading it failed: " + e)
              .toException();
        }
      }
    }
    return Optional.empty();
  }

  /** Which variables pass is the operator's business, not the image's. */
  private static Policy images(String image, ImagePolicy found) {
    var text = found.text();
    if (text == null) {
      throw JailProblems.unreadable(
              image, ImagePolicy.PATH + " of the image", "it is empty, or no file of at most 1 MiB")
          .toException();
    }
    try {
      var loaded = PolicyFile.read(ImagePolicy.PATH, text);
      var policy = loaded.policy();
      var errors = widening(policy, text);
      if (!errors.isEmpty()) {
        throw JailProblems.broken(image, errors).toException();
      }
      loaded.warnings().forEach(warning -> log.debug("Image {}: {}", image, warning));
      return keepingAll(policy);
    } catch (PolicyException e) {
      throw JailProblems.broken(image, e.problems()).toException();
    }
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
