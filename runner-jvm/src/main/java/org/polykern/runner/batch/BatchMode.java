package org.polykern.runner.batch;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.polykern.runner.language.InterpreterProgram;
import org.polykern.runner.language.Language;
import org.polykern.runner.language.LanguageFile;
import org.polykern.runner.language.StepProcess;
import org.polykern.runner.loop.EventLoop;
import org.polykern.runner.process.ShellScript;
import org.polykern.runner.run.StepKind;
import org.polykern.runner.spawn.Spawner;

/**
 * The steps of batch runs: shell commands in the work directory, one at a time. {@link #run} is
 * called again only after the listener heard {@code finished}. Confined to the loop thread.
 */
public final class BatchMode {
  private static final String DEFAULT = "*";
  private static final String MAKE = "exec make";
  private static final int COMMAND_NOT_FOUND = 127;
  private static final int CANNOT_EXECUTE = 126;

  /** What the kernel takes as one argument of a program. */
  private static final int MAX_COMMAND_BYTES = 128 * 1024 - 1;

  private final InterpreterProgram program;
  private final @Nullable LanguageFile file;
  private final Language.Listener listener;
  private final StepProcess process;

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
    this.program = program;
    this.file = file;
    this.listener = listener;
    this.process = new StepProcess(spawner, loop, log, listener);
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
        process.start(program(kind, text), listener::finished);
      }
    } catch (IOException e) {
      refuse(COMMAND_NOT_FOUND, "The " + kind.wire() + " step could not start: " + e.getMessage());
    }
  }

  /** The process of the step that is executing, if one is. */
  public StepProcess process() {
    return process;
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
    listener.say(sentence);
    listener.finished(exitCode);
  }
}
