package org.polykern.runner.compiled;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.polykern.runner.language.InterpreterProgram;
import org.polykern.runner.language.Language;
import org.polykern.runner.language.LanguageFile;
import org.polykern.runner.language.PrivateDirectory;
import org.polykern.runner.language.StepProcess;
import org.polykern.runner.loop.EventLoop;
import org.polykern.runner.process.ShellScript;
import org.polykern.runner.spawn.Signal;
import org.polykern.runner.spawn.Spawner;

/**
 * The query mode of a language whose file has {@code query}: every snippet is a program of its own,
 * usually compiled and run. It lies in a private directory that is gone when the run has ended.
 */
public final class SnippetLanguage implements Language {
  private static final int COMMAND_NOT_FOUND = 127;

  /** What a shell would say; our script was replaced by the program, so that nobody else does. */
  private static final Map<Integer, String> CRASHES =
      Map.of(
          128 + 4, "Illegal instruction",
          128 + 6, "Aborted",
          128 + 7, "Bus error",
          128 + 8, "Floating point exception",
          128 + 11, "Segmentation fault");

  private final LanguageFile file;
  private final InterpreterProgram program;
  private final Consumer<String> log;
  private final Listener listener;
  private final StepProcess process;
  private @Nullable PrivateDirectory directory;

  /**
   * A query mode.
   *
   * @param file has {@code query}
   * @param program the compiler, and the environment and directory of snippets
   */
  public SnippetLanguage(
      LanguageFile file,
      InterpreterProgram program,
      Spawner spawner,
      EventLoop loop,
      Consumer<String> log,
      Listener listener) {
    this.file = file;
    this.program = program;
    this.log = log;
    this.listener = listener;
    this.process = new StepProcess(spawner, loop, log, listener);
  }

  @Override
  public void start() {}

  @Override
  public void run(byte[] source) {
    try {
      String compiler = program.executable();
      PrivateDirectory created = PrivateDirectory.create(log);
      directory = created;
      Path snippet = created.file("main" + file.values().getOrDefault("suffix", ""));
      Files.write(snippet, source, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      Map<String, String> environment = new HashMap<>(program.environment());
      environment.put("RT", compiler);
      environment.put("SNIPPET", snippet.toString());
      environment.put("BUILD", created.path().toString());
      String script = file.values().getOrDefault("query", "");
      process.start(ShellScript.program(script, environment, program.directory()), this::ended);
    } catch (IOException e) {
      removeDirectory();
      listener.say(
          file.values().getOrDefault("title", file.name())
              + " snippets cannot be run: "
              + e.getMessage());
      listener.finished(COMMAND_NOT_FOUND);
    }
  }

  @Override
  public void input(byte[] line) {
    process.input(line);
  }

  @Override
  public boolean endInput() {
    process.endInput();
    return true;
  }

  @Override
  public void interrupt(Signal signal) {
    process.signal(signal);
  }

  @Override
  public void complete(String id, String code) {
    listener.noCompletion(id);
  }

  @Override
  public void adjustReading() {
    process.adjustReading();
  }

  @Override
  public void stop(Runnable done) {
    process.stop(() -> {
      removeDirectory();
      done.run();
    });
  }

  private void ended(int status) {
    removeDirectory();
    String crash = CRASHES.get(status);
    if (crash != null) {
      listener.say(crash);
    }
    listener.finished(status);
  }

  private void removeDirectory() {
    if (directory != null) {
      directory.removeAll();
      directory = null;
    }
  }
}
