package org.polykern.runner.service;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.polykern.jail.rule.EnvironmentRules;
import org.polykern.runner.language.InterpreterProgram;
import org.polykern.runner.language.LanguageFile;
import org.polykern.runner.loop.EventLoop;
import org.polykern.runner.spawn.Spawner;

/**
 * What services are given.
 *
 * @param program the language's program, and the environment and directory of user processes
 * @param environmentRules what the operator leaves of a process's environment; null = all
 * @param definitions folder of the image's definition files; need not exist
 * @param languages folder of the languages' files
 * @param language that of this session; null = none
 * @param bind where a service that we know how to tell should listen
 */
public record ServiceSurroundings(
    Spawner spawner,
    EventLoop loop,
    Consumer<String> log,
    InterpreterProgram program,
    @Nullable EnvironmentRules environmentRules,
    Path definitions,
    Path languages,
    @Nullable LanguageFile language,
    String bind,
    Limits limits) {

  /**
   * How long things may take.
   *
   * @param port until a service's port is open
   * @param builtInPort the same for services of our own
   * @param action of prestart
   */
  public record Limits(Duration port, Duration builtInPort, Duration action) {
    public static final Limits DEFAULT =
        new Limits(Duration.ofSeconds(30), Duration.ofSeconds(10), Duration.ofSeconds(60));

    /** A duration for a sentence, without its unit. */
    static String seconds(Duration duration) {
      String text = Double.toString(duration.toMillis() / 1000.0);
      return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
    }
  }

  Map<String, String> environment() {
    return program.environment();
  }

  /** What of these variables a service gets beside those of every user process. */
  Map<String, String> allowed(Map<String, String> added) {
    return environmentRules == null ? added : environmentRules.apply(added, added.keySet());
  }
}
