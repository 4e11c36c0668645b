package org.polykern.jail.policy;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.polykern.jail.rule.Policy;

/** The policies that come with Polykern, named after languages and purposes. */
public final class ShippedPolicies {
  private ShippedPolicies() {}

  /** The policy called {@code name}, empty when none is. */
  public static Optional<Policy> named(String name) {
    if (!PolicyFile.isName(name)) {
      return Optional.empty();
    }
    String file = name + ".yml";
    try (InputStream in =
        ShippedPolicies.class.getResourceAsStream("/org/polykern/jail/policies/" + file)) {
      if (in == null) {
        return Optional.empty();
      }
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return Optional.of(PolicyFile.read(file, text).policy());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (PolicyException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The policy of a language's sessions: its own, or the one for all without their own. */
  public static Policy ofLanguage(String language) {
    return named(language).or(() -> named("language")).orElse(Policy.DEFAULT);
  }
}
