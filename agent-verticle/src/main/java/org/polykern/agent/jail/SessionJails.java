package org.polykern.agent.jail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.polykern.jail.plugin.PluginJars;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives every new session its jail. Thread-safe. */
public final class SessionJails {
  private static final Logger log = LoggerFactory.getLogger(SessionJails.class);
  private static final int MAX_CACHED = 64;

  private final JailSettings settings;
  private final PolicyChoice choice;
  private final Map<Key, CompiledJail> compiled = new ConcurrentHashMap<>();

  private record Key(PolicyChoice.Source source, boolean separateUsers) {}

  private SessionJails(JailSettings settings) {
    this.settings = settings;
    this.choice = new PolicyChoice(settings.policies());
  }

  /**
   * Looks at all that the operator has given.
   *
   * @param obstacle why nothing can be jailed here, null when it can
   * @throws org.polykern.common.problem.ProblemException when something is missing or wrong: no
   *     session is ever started without the jail that was asked for
   */
  public static SessionJails open(JailSettings settings, @Nullable String obstacle) {
    var jails = new SessionJails(settings);
    checkDirectory("jail-policies", settings.policies());
    checkDirectory("jail-plugins", settings.plugins());
    if (settings.mode() == JailMode.OFF) {
      return jails;
    }
    if (obstacle != null) {
      throw JailProblems.impossible(obstacle).toException();
    }
    JailHome.at(settings.kernelHome()).useLibrary();
    jails.checkPolicies();
    jails.tellBrokenPlugins();
    return jails;
  }

  /**
   * The jail of a session; empty when there is none.
   *
   * @param runtime runtime type
   * @param image its name, for messages
   * @param ofImage null when the image brings no policy
   * @throws org.polykern.common.problem.ProblemException KERNEL_CREATION_FAILED when its policy has
   *     errors
   */
  public Optional<SessionJail> of(
      String runtime, String image, @Nullable ImagePolicy ofImage, JailUsers users)
      throws IOException {
    if (settings.mode() == JailMode.OFF) {
      return Optional.empty();
    }
    if (compiled.size() > MAX_CACHED) {
      compiled.clear();
    }
    var jail =
        compiled.computeIfAbsent(
            new Key(choice.source(runtime, image, ofImage), users.separate()),
            key ->
                CompiledJail.of(
                    PolicyChoice.read(key.source(), image),
                    key.separateUsers(),
                    settings.mode() == JailMode.WATCH));
    return Optional.of(new SessionJail(jail.description(users), plugins()));
  }

  /** Makes one ahead, so that the first session does not wait for classes to load. */
  public void warmUp(JailUsers users) throws IOException {
    of("python", "the agent's start", null, users);
  }

  private List<Path> plugins() throws IOException {
    var directory = settings.plugins();
    var jars = new ArrayList<Path>();
    if (directory != null) {
      try (var files = Files.newDirectoryStream(directory, "*.jar")) {
        files.forEach(jars::add);
      }
    }
    return jars;
  }

  private void checkPolicies() {
    try {
      var errors = choice.check();
      if (!errors.isEmpty()) {
        throw JailProblems.brokenDirectory(errors).toException();
      }
    } catch (IOException e) {
      throw JailProblems.noDirectory(
              "jail-policies", String.valueOf(settings.policies()), "cannot be read: " + e)
          .toException();
    }
  }

  private void tellBrokenPlugins() {
    var directory = settings.plugins();
    if (directory == null) {
      return;
    }
    try (var jars = PluginJars.load(directory)) {
      jars.broken()
          .forEach(jar -> log.warn("Jail plug-in {} is left out: {}", jar.jar(), jar.sentence()));
    } catch (IOException e) {
      throw JailProblems.noDirectory("jail-plugins", directory, "cannot be read: " + e)
          .toException();
    }
  }

  private static void checkDirectory(String setting, @Nullable Path directory) {
    if (directory != null && !Files.isDirectory(directory)) {
      throw JailProblems.noDirectory(
              setting, directory, Files.exists(directory) ? "is a file" : "does not exist")
          .toException();
    }
  }
}
