package org.polykern.runner.batch;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.polykern.runner.language.InterpreterProgram;
import org.polykern.runner.language.Language;
import org.polykern.runner.language.LanguageFile;
import org.polykern.runner.link.MessageType;
import org.polykern.runner.loop.EventLoop;
import org.polykern.runner.process.ShellScript;
import org.polykern.runner.process.UserProcess;
import org.polykern.runner.run.StepKind;
import org.polykern.runner.spawn.Signal;
import org.polykern.runner.spawn.Spawner;

/**
 * The steps of batch runs: shell commands in the work directory, one at a time. {@link #run} is
 * called again only after the listener heard {@code finished}. Confined to the loop thread.
 */
public final class BatchMode implements UserProcess.Listener {
  private static final String DEFAULT = "*";
  private static final String MAKE = "exec make";
  private static final int COMMAND_NOT_FOUND = 127;
  private static final int CANNOT_EXECUTE = 126;
  private static final Duration STOP_LIMIT = Duration.ofSeconds(2);

  /** What the kernel takes as one argument of a program. */
  private static final int MAX_COMMAND_BYTES = 128 * 1024 - 1;

  private final Spawner spawner;
  private final InterpreterProgram program;
  private final @Nullable LanguageFile file;
  private final EventLoop loop;
  private final Consumer<String> log;
  private final Language.Listener listener;
  private @Nullable UserProcess process;
  private @Nullable Runnable whenStopped;

  /**
   * A batch mode.
   *
   * @param program the runtime's program, for the scripts of {@code file}, and the environment
   * @param file the language's declaration; null = nothing is done for {@code *}
   */
  public BatchMode(
      Spawner spawner,
      InterpreterProgram program,
      @Nullable LanguageFile file,
      EventLoop loop,
      Consumer<String> log,
      Language.Listener listener) {
    this.spawner = spawner;
    this.program = program;
    this.file = file;
    this.loop = loop;
    this.log = log;
    this.listener = listener;
  }

  /**
   * Executes a step.
   *
   * @param kind clean, build or exec
   * @param command shell command, UTF-8; empty = nothing, {@code *} = the language's own
   */
  public void run(StepKind kind, byte[] command) {
    String text = new String(command, StandardCharsets.UTF_8);
    try {
      if (text.isEmpty() || (text.equals(DEFAULT) && defaultScript(kind).isEmpty())) {
        listener.finished(0);
      } else if (command.length > MAX_COMMAND_BYTES || text.indexOf(0) >= 0) {
        refuse(
            CANNOT_EXECUTE,
            "Expected a command of at most "
                + MAX_COMMAND_BYTES
                + " bytes without NUL, but it is longer or has one: put it into a script file.");
      } else {
        process = UserProcess.start(spawner, program(kind, text), loop, log, this);
      }
    } catch (IOException e) {
      refuse(COMMAND_NOT_FOUND, "The " + kind.wire() + " step could not start: " + e.getMessage());
    }
  }

  /** Sends a signal to everything that the step started, if one is executing. */
  public void interrupt(Signal signal) {
    if (process != null) {
      process.signal(signal);
    }
  }

  /** Answers a step that waits for input. */
  public void input(byte[] text) {
    if (process != null) {
      process.input(text);
    }
  }

  /** Called before every wait: reads on or pauses as the listener has room. */
  public void adjustReading() {
    if (process != null) {
      process.reading(listener.hasRoom());
    }
  }

  /** Ends the step (SIGTERM, after 2 s SIGKILL), then calls {@code done}. */
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
    if (whenStopped == null) {
      listener.finished(status);
    } else {
      whenStopped.run();
    }
  }

  private Spawner.Program program(StepKind kind, String command) throws IOException {
    Map<String, String> environment = environment(kind);
    Path directory = program.directory();
    if (!command.equals(DEFAULT)) {
      return ShellScript.plain(command, environment, directory);
    }
    String script = defaultScript(kind);
    return script.equals(MAKE)
        ? ShellScript.plain(script, environment, directory)
        : ShellScript.program(runtimePath() + script, environment, directory);
  }

  /** The script for {@code *}; empty = nothing to do. */
  private String defaultScript(StepKind kind) {
    if (kind == StepKind.BUILD && Files.isRegularFile(program.directory().resolve("Makefile"))) {
      return MAKE;
    }
    String script = file == null ? null : file.value(kind.wire());
    return script == null ? "" : script;
  }

  /** What a script of a language file finds its program by. */
  private String runtimePath() throws IOException {
    return "RT='" + program.executable().replace("'", "'\\''") + "'; ";
  }

  private Map<String, String> environment(StepKind kind) {
    if (kind != StepKind.EXEC) {
      return program.environment();
    }
    Map<String, String> variables = new HashMap<>(program.environment());
    variables.put("_BACKEND_BATCH_MODE", "1");
    return variables;
  }

  private void refuse(int exitCode, String sentence) {
    byte[] line = (sentence + "\n").getBytes(StandardCharsets.UTF_8);
    listener.output(MessageType.STDERR, ByteBuffer.wrap(line));
    listener.finished(exitCode);
  }
}
