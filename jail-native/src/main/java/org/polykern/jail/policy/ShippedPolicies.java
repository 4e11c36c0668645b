package org.polykern.jail.policy;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.polykern.jail.rule.Policy;

/** The policies that come with Polykern, named after languages and purposes. */
public final class ShippedPolicies {
  private static final String DIRECTORY = "/org/polykern/jail/policies/";
  private static final String ENDING = ".yml";

  private ShippedPolicies() {}

  /** The policy called {@code name}, empty when none is. */
  public static Optional<Policy> named(String name) {
    return text(name)
        .map(text -> {
          try {
            return PolicyFile.read(name + ENDING, text).policy();
          } catch (PolicyException e) {
            throw new IllegalStateException(e);
          }
        });
  }

  /** The file of the policy called {@code name}, with its comments; empty when none is. */
  public static Optional<String> text(String name) {
    if (!PolicyFile.isName(name)) {
      return Optional.empty();
    }
    try (InputStream in = ShippedPolicies.class.getResourceAsStream(DIRECTORY + name + ENDING)) {
      return in == null
          ? Optional.empty()
          : Optional.of(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The names of all, in the order of the alphabet. */
  public static SortedSet<String> names() {
    URL one =
        Objects.requireNonNull(ShippedPolicies.class.getResource(DIRECTORY + "default" + ENDING));
    try {
      return new TreeSet<>(
          filesBeside(one).stream()
              .filter(file -> file.endsWith(ENDING))
              .map(file -> file.substring(0, file.length() - ENDING.length()))
              .toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What lies beside a resource, be it in a jar or in a directory of classes. */
  private static List<String> filesBeside(URL resource) throws IOException {
    if (resource.openConnection() instanceof JarURLConnection connection) {
      connection.setUseCaches(false);
      try (JarFile jar = connection.getJarFile()) {
        return jar.stream()
            .map(entry -> "/" + entry.getName())
            .filter(entry -> entry.startsWith(DIRECTORY))
            .map(entry -> entry.substring(DIRECTORY.length()))
            .toList();
      }
    }
    try (Stream<Path> files = Files.list(Path.of(URI.create(resource.toString())).getParent())) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  /**
   * The policy of a language's sessions: the file of that name, or the one that serves all others,
   * under the language's name, which is that of the file by which an operator replaces it.
   *
   * @param language the runtime type; a word that could not be a policy's name is not used as one
   */
  public static Policy ofLanguage(String language) {
    Policy shared = named("language").orElse(Policy.DEFAULT);
    return named(language)
        .orElseGet(() -> PolicyFile.isName(language) ? shared.called(language) : shared);
  }
}
