package org.polykern.runner.driver;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.polykern.runner.json.JsonText;
import org.polykern.runner.language.InterpreterProgram;
import org.polykern.runner.language.Language;
import org.polykern.runner.language.LanguageFile;
import org.polykern.runner.language.PendingCompletions;
import org.polykern.runner.language.RunText;
import org.polykern.runner.link.MessageType;
import org.polykern.runner.loop.EventLoop;
import org.polykern.runner.spawn.Signal;
import org.polykern.runner.spawn.Spawner;
import org.polykern.runner.text.Utf8Repair;

/**
 * The query mode of a language whose file has {@code start}: a driver in that language, started
 * ahead and replaced when it dies.
 */
public final class ScriptedLanguage implements Language, DriverProcess.Events {
  private static final int COMMAND_NOT_FOUND = 127;
  private static final int INTERRUPTED = 130;
  private static final Duration READY_LIMIT = Duration.ofSeconds(30);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(2);

  private final Spawner spawner;
  private final ScriptedDeclaration declaration;
  private final EventLoop loop;
  private final Consumer<String> log;
  private final Listener listener;
  private final RunText text;
  private final PendingCompletions completions;
  private final Map<Integer, Path> completionFiles = new HashMap<>();
  private @Nullable DriverProcess process;
  private EventLoop.@Nullable Timer readyLimit;
  private byte @Nullable [] waitingSource;
  private @Nullable Path snippet;
  private boolean ready;

  /** A run was taken and has not ended. */
  private boolean active;

  /** The active run was told to the driver. */
  private boolean begun;

  private @Nullable Runnable whenStopped;

  public ScriptedLanguage(
      LanguageFile file,
      InterpreterProgram interpreter,
      Spawner spawner,
      EventLoop loop,
      Consumer<String> log,
      Listener listener) {
    this.spawner = spawner;
    this.declaration = ScriptedDeclaration.of(file, interpreter);
    this.loop = loop;
    this.log = log;
    this.listener = listener;
    this.text = new RunText(listener, log);
    this.completions = new PendingCompletions(loop, listener);
  }

  @Override
  public void start() {
    String failure = launch();
    if (failure != null) {
      log.accept(failure);
    }
  }

  @Override
  public void run(byte[] source) {
    String failure = process == null ? launch() : null;
    if (failure != null) {
      text.say(failure);
      listener.finished(COMMAND_NOT_FOUND);
      return;
    }
    active = true;
    if (ready) {
      begin(source);
    } else {
      waitingSource = source;
    }
  }

  @Override
  public void input(byte[] line) {
    if (process != null && begun) {
      process.stdin().input(line);
    }
  }

  @Override
  public void interrupt(Signal signal) {
    if (waitingSource != null) {
      // The interpreter is still starting and has nothing of this run.
      waitingSource = null;
      end(INTERRUPTED);
    } else if (process != null && active) {
      process.signal(signal);
    }
  }

  @Override
  public void complete(String id, String code) {
    DriverProcess running = process;
    // A driver does one thing at a time.
    if (running == null || !ready || active) {
      completions.nothing(id);
      return;
    }
    try {
      Path file = running.write(code.getBytes(StandardCharsets.UTF_8));
      int number = completions.ask(id);
      completionFiles.put(number, file);
      running.complete(number, file);
    } catch (IOException e) {
      log.accept("A completion could not be asked for: " + e.getMessage());
      completions.abandon();
    }
  }

  @Override
  public void adjustReading() {
    if (process != null) {
      process.reading(text.hasRoom());
    }
  }

  @Override
  public void stop(Runnable done) {
    whenStopped = done;
    DriverProcess running = process;
    if (running == null) {
      done.run();
      return;
    }
    running.signal(Signal.TERMINATE);
    loop.after(STOP_LIMIT, () -> running.signal(Signal.KILL));
  }

  @Override
  public void text(boolean isStderr, ByteBuffer bytes) {
    text.add(isStderr, bytes);
  }

  @Override
  public void waitingInput(boolean password) {
    if (begun) {
      listener.waitingInput(password);
    }
  }

  @Override
  public void frame(char type, ByteBuffer body) {
    switch (type) {
      case 'r' -> ready();
      case 'f' -> finish(body);
      case 'h' -> rich(MessageType.HTML, Utf8Repair.whole(body));
      case 'm', 'M' -> media(type, body);
      case 'w' -> waiting(body);
      case 'c' -> completion(body);
      default -> log.accept("Skipped a frame of the driver of unknown type " + (int) type);
    }
  }

  @Override
  public void tooLarge(char type, long length) {
    sayInRun(String.valueOf(RichData.tooLarge("Rich data", length).getMessage()));
  }

  @Override
  public void ended(int status) {
    final boolean wasReady = ready;
    process = null;
    ready = false;
    snippet = null;
    completionFiles.clear();
    completions.abandon();
    if (readyLimit != null) {
      readyLimit.cancel();
      readyLimit = null;
    }
    if (whenStopped != null) {
      whenStopped.run();
      return;
    }
    String how = status > 128 ? "by signal " + (status - 128) : "with status " + status;
    String interpreter = "The " + declaration.title() + " interpreter ended " + how;
    if (!active) {
      log.accept(interpreter + " while it was idle.");
      return;
    }
    waitingSource = null;
    if (wasReady) {
      text.say(interpreter + "; its variables are lost, and a new one starts with the next run.");
      end(status);
      start();
    } else {
      text.say(interpreter + " before it was ready to run code.");
      end(COMMAND_NOT_FOUND);
    }
  }

  private @Nullable String launch() {
    try {
      text.newProcess();
      DriverProcess started = new DriverProcess(spawner, declaration, loop, log, this);
      process = started;
      readyLimit = loop.after(READY_LIMIT, () -> notReady(started));
      return null;
    } catch (IOException e) {
      return "The " + declaration.title() + " interpreter could not be started: " + e.getMessage();
    }
  }

  private void notReady(DriverProcess started) {
    String sentence =
        "Expected the "
            + declaration.title()
            + " interpreter to be ready within "
            + READY_LIMIT.toSeconds()
            + " s, but it is not; it is ended.";
    log.accept(sentence);
    if (active) {
      text.say(sentence);
    }
    started.signal(Signal.KILL);
  }

  private void ready() {
    DriverProcess running = process;
    if (ready || running == null) {
      return;
    }
    ready = true;
    if (readyLimit != null) {
      readyLimit.cancel();
      readyLimit = null;
    }
    running.ready();
    // Not from here: what is drained first must not overtake the rest of what was read.
    loop.post(this::beginWaiting);
  }

  private void beginWaiting() {
    byte[] source = waitingSource;
    if (source != null && ready) {
      waitingSource = null;
      begin(source);
    }
  }

  private void begin(byte[] source) {
    DriverProcess running = process;
    if (running == null) {
      return;
    }
    // What is in the pipes now was written by something that an earlier run left behind.
    running.drain();
    begun = true;
    running.stdin().runStarts();
    text.begin();
    try {
      Path file = running.write(source);
      snippet = file;
      running.run(file);
    } catch (IOException e) {
      text.say("The code could not be given to the interpreter: " + e.getMessage());
      running.signal(Signal.KILL);
    }
  }

  private void rich(MessageType type, ByteBuffer body) {
    if (begun) {
      listener.output(type, body);
    }
  }

  private void media(char type, ByteBuffer body) {
    DriverProcess running = process;
    if (running == null) {
      return;
    }
    try {
      ByteBuffer message =
          type == 'm' ? RichData.ofFrame(body) : RichData.ofFile(body, running.directory());
      rich(MessageType.MEDIA, message);
    } catch (RichData.RefusedException e) {
      sayInRun(String.valueOf(e.getMessage()));
    } catch (IOException e) {
      sayInRun("Data could not be shown: " + e);
    }
  }

  private void sayInRun(String sentence) {
    if (begun) {
      text.say(sentence);
    }
  }

  private void waiting(ByteBuffer body) {
    DriverProcess running = process;
    if (begun && running != null && !running.stdin().isTold()) {
      running.stdin().toldByProgram();
      waitingInput(body.hasRemaining() && body.get() == '1');
    }
  }

  private void completion(ByteBuffer body) {
    String[] lines = StandardCharsets.UTF_8.decode(body).toString().split("\n", -1);
    int number;
    try {
      number = Integer.parseInt(lines[0].strip());
    } catch (NumberFormatException e) {
      log.accept("Skipped a completion without a number.");
      return;
    }
    DriverProcess running = process;
    Path file = completionFiles.remove(number);
    if (file != null && running != null) {
      running.directory().remove(file);
    }
    List<String> items = new ArrayList<>();
    for (int i = 1; i < lines.length; i++) {
      if (!lines[i].isEmpty()) {
        items.add(JsonText.of(lines[i]));
      }
    }
    completions.answer(number, String.join(", ", items));
  }

  private void finish(ByteBuffer body) {
    DriverProcess running = process;
    if (!begun || running == null) {
      return;
    }
    int exitCode;
    try {
      exitCode = Integer.parseInt(StandardCharsets.US_ASCII.decode(body).toString().strip());
    } catch (NumberFormatException e) {
      log.accept("Skipped the end of a run without an exit code.");
      return;
    }
    // What was written to standard error before the frame is in its pipe.
    running.drainErrors();
    if (snippet != null) {
      running.directory().remove(snippet);
      snippet = null;
    }
    end(exitCode);
  }

  private void end(int exitCode) {
    text.end();
    active = false;
    begun = false;
    if (process != null) {
      process.stdin().runEnds();
    }
    listener.finished(exitCode);
  }
}
