package org.polykern.runner;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.polykern.runner.batch.BatchMode;
import org.polykern.runner.compiled.SnippetLanguage;
import org.polykern.runner.driver.ScriptedLanguage;
import org.polykern.runner.jupyter.JupyterLanguage;
import org.polykern.runner.language.InterpreterProgram;
import org.polykern.runner.language.Language;
import org.polykern.runner.language.LanguageFile;
import org.polykern.runner.language.NoQueryMode;
import org.polykern.runner.loop.EventLoop;
import org.polykern.runner.python.PythonLanguage;
import org.polykern.runner.spawn.Spawner;

/**
 * The one place that knows which kind of query mode a runtime type has.
 *
 * @param folder where the files are
 * @param runtime runtime type
 * @param file its declaration; null for {@code app}, which needs none
 */
record Languages(Path folder, String runtime, @Nullable LanguageFile file) {
  private static final String APP = "app";
  private static final String PYTHON = "python";

  /** What every language is given. */
  record Surroundings(
      @Nullable String runtimePath,
      Map<String, String> environment,
      Path work,
      Spawner spawner,
      EventLoop loop,
      Consumer<String> log) {

    /** The program of a language, the image's choice first. */
    InterpreterProgram program(@Nullable LanguageFile file) {
      List<String> names = file == null ? List.of() : file.words("programs");
      return new InterpreterProgram(runtimePath, names, environment, work);
    }
  }

  /**
   * Finds the declaration of a runtime type.
   *
   * @throws ConfigException if there is none, or it is malformed
   */
  static Languages read(Path folder, String runtime) {
    try {
      LanguageFile file = LanguageFile.find(folder, runtime);
      if (file == null && !runtime.equals(APP)) {
        TreeSet<String> known = new TreeSet<>(LanguageFile.names(folder));
        known.add(APP);
        throw new ConfigException(
            "Expected the runtime to be one of " + known + ", but got \"" + runtime + "\".");
      }
      return new Languages(folder, runtime, file);
    } catch (IOException e) {
      throw new ConfigException("The languages in " + folder + " could not be read: " + e);
    }
  }

  /** Lines {@code NAME=value} for the environment of user processes. */
  List<String> environment() {
    List<String> lines = file == null ? List.of() : file.lines("environment");
    for (String line : lines) {
      if (line.indexOf('=') <= 0) {
        throw new ConfigException(
            runtime + ".language: expected NAME=value in environment, but found " + line + ".");
      }
    }
    return lines;
  }

  /** How to make the query mode. */
  Function<Language.Listener, Language> queryMode(Surroundings given) {
    LanguageFile declared = file;
    if (declared == null) {
      return listener -> new NoQueryMode(runtime, listener);
    }
    InterpreterProgram program = given.program(declared);
    if (runtime.equals(PYTHON)) {
      return listener ->
          new PythonLanguage(given.spawner(), program, given.loop(), given.log(), listener);
    }
    String kernelspec = declared.value("jupyter");
    if (kernelspec != null) {
      return listener ->
          new JupyterLanguage(
              kernelspec(kernelspec, given.runtimePath()),
              program,
              given.spawner(),
              given.loop(),
              given.log(),
              listener);
    }
    if (declared.value("start") != null) {
      return listener ->
          new ScriptedLanguage(
              declared, program, given.spawner(), given.loop(), given.log(), listener);
    }
    if (declared.value("query") != null) {
      return listener ->
          new SnippetLanguage(
              declared, program, given.spawner(), given.loop(), given.log(), listener);
    }
    return listener -> new NoQueryMode(runtime, listener);
  }

  /** An image names a kernelspec in place of a program's path; with a path it takes any. */
  private static String kernelspec(String declared, @Nullable String runtimePath) {
    if (!declared.equals("{rt}")) {
      return declared;
    }
    return runtimePath == null || runtimePath.startsWith("/") ? "*" : runtimePath;
  }

  /** How to make the batch mode. */
  Function<Language.Listener, BatchMode> batchMode(Surroundings given) {
    return listener ->
        new BatchMode(
            given.spawner(), given.program(file), file, given.loop(), given.log(), listener);
  }
}
