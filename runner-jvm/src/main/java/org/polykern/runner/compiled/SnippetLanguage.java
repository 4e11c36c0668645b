package org.polykern.runner.compiled;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.polykern.runner.language.InterpreterProgram;
import org.polykern.runner.language.Language;
import org.polykern.runner.language.LanguageFile;
import org.polykern.runner.language.PrivateDirectory;
import org.polykern.runner.link.MessageType;
import org.polykern.runner.loop.EventLoop;
import org.polykern.runner.process.ShellScript;
import org.polykern.runner.process.UserProcess;
import org.polykern.runner.spawn.Signal;
import org.polykern.runner.spawn.Spawner;

/**
 * The query mode of a language whose file has {@code query}: every snippet is a program of its own,
 * usually compiled and run. It lies in a private directory that is gone when the run has ended.
 */
public final class SnippetLanguage implements Language, UserProcess.Listener {
  private static final int COMMAND_NOT_FOUND = 127;
  private static final Duration STOP_LIMIT = Duration.ofSeconds(2);
  private static final byte[] NO_SUGGESTIONS =
      "{\"suggestions\": []}".getBytes(StandardCharsets.UTF_8);

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
  private final Spawner spawner;
  private final EventLoop loop;
  private final Consumer<String> log;
  private final Listener listener;
  private @Nullable UserProcess process;
  private @Nullable PrivateDirectory directory;
  private @Nullable Runnable whenStopped;

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
    this.spawner = spawner;
    this.loop = loop;
    this.log = log;
    this.listener = listener;
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
      process =
          UserProcess.start(
              spawner,
              ShellScript.program(script, environment, program.directory()),
              loop,
              log,
              this);
    } catch (IOException e) {
      removeDirectory();
      say(
          file.values().getOrDefault("title", file.name())
              + " snippets cannot be run: "
              + e.getMessage());
      listener.finished(COMMAND_NOT_FOUND);
    }
  }

  @Override
  public void input(byte[] text) {
    if (process != null) {
      process.input(text);
    }
  }

  @Override
  public void interrupt(Signal signal) {
    if (process != null) {
      process.signal(signal);
    }
  }

  @Override
  public void complete(String id, String code) {
    listener.completion(id, NO_SUGGESTIONS);
  }

  @Override
  public void adjustReading() {
    if (process != null) {
      process.reading(listener.hasRoom());
    }
  }

  @Override
  public void stop(Runnable done) {
    UserProcess running = process;
    if (running == null) {
      done.run();
      return;
    }
    whenStopped = done;
    running.signal(Signal.TERMINATE);
    loop.after(STOP_LIMIT, () -> running.signal(Signal.KILL));
  }

  @Override
  public void output(boolean isStderr, ByteBuffer text) {
    listener.output(isStderr ? MessageType.STDERR : MessageType.STDOUT, text);
  }

  @Override
  public void waitingInput(boolean password) {
    listener.waitingInput(password);
  }

  @Override
  public void ended(int status) {
    process = null;
    removeDirectory();
    if (whenStopped != null) {
      whenStopped.run();
      return;
    }
    String crash = CRASHES.get(status);
    if (crash != null) {
      say(crash);
    }
    listener.finished(status);
  }

  private void removeDirectory() {
    if (directory != null) {
      directory.removeAll();
      directory = null;
    }
  }

  private void say(String sentence) {
    listener.output(
        MessageType.STDERR, ByteBuffer.wrap((sentence + "\n").getBytes(StandardCharsets.UTF_8)));
  }
}
