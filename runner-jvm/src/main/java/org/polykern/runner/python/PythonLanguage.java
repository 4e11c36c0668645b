package org.polykern.runner.python;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.polykern.runner.language.InterpreterProgram;
import org.polykern.runner.language.Language;
import org.polykern.runner.language.PendingCompletions;
import org.polykern.runner.language.RunText;
import org.polykern.runner.link.MessageType;
import org.polykern.runner.loop.EventLoop;
import org.polykern.runner.spawn.Signal;
import org.polykern.runner.spawn.Spawner;

/** Python's query mode: an interpreter that is started ahead and replaced when it dies. */
public final class PythonLanguage implements Language, PythonInterpreter.Events {
  private static final int COMMAND_NOT_FOUND = 127;
  private static final int INTERRUPTED = 130;
  private static final Duration STOP_LIMIT = Duration.ofSeconds(2);

  private final Spawner spawner;
  private final InterpreterProgram program;
  private final EventLoop loop;
  private final Consumer<String> log;
  private final Listener listener;
  private final RunText text;
  private final PendingCompletions completions;
  private @Nullable PythonInterpreter interpreter;
  private byte @Nullable [] waitingSource;
  private boolean ready;

  /** A run was taken and has not ended. */
  private boolean active;

  /** The interpreter has begun with the active run: what it says in frames is the run's. */
  private boolean started;

  private @Nullable Runnable whenStopped;

  public PythonLanguage(
      Spawner spawner,
      InterpreterProgram program,
      EventLoop loop,
      Consumer<String> log,
      Listener listener) {
    this.spawner = spawner;
    this.program = program;
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
    String failure = interpreter == null ? launch() : null;
    if (failure != null) {
      text.say(failure);
      listener.finished(COMMAND_NOT_FOUND);
      return;
    }
    active = true;
    if (ready) {
      // What is in the pipes now was written by something that an earlier run left behind.
      drain();
      begin(source);
    } else {
      // What it prints before it is ready says why it never will be.
      text.begin();
      waitingSource = source;
    }
  }

  @Override
  public void input(byte[] text) {
    if (interpreter != null && active) {
      interpreter.send('I', text);
    }
  }

  @Override
  public void interrupt(Signal signal) {
    if (waitingSource != null) {
      // The interpreter is still starting and has nothing of this run.
      waitingSource = null;
      end(INTERRUPTED);
    } else if (interpreter != null && active) {
      interpreter.signal(signal);
    }
  }

  @Override
  public void complete(String id, String code) {
    PythonInterpreter running = interpreter;
    if (running == null || !ready) {
      completions.nothing(id);
      return;
    }
    int number = completions.ask(id);
    if (!running.sendCompletion(number, code.getBytes(StandardCharsets.UTF_8))) {
      completions.answer(number, "");
    }
  }

  @Override
  public void adjustReading() {
    if (interpreter != null) {
      interpreter.reading(listener.hasRoom(), text.hasRoom());
    }
  }

  @Override
  public void stop(Runnable done) {
    whenStopped = done;
    PythonInterpreter running = interpreter;
    if (running == null) {
      done.run();
      return;
    }
    running.signal(Signal.TERMINATE);
    loop.after(STOP_LIMIT, () -> running.signal(Signal.KILL));
  }

  @Override
  public void frame(char type, ByteBuffer body) {
    switch (type) {
      case 'R' -> ready();
      case 's' -> started = true;
      case 'o' -> text.addValid(false, body, started);
      case 'e' -> text.addValid(true, body, started);
      case 'O' -> text.add(false, body, started);
      case 'E' -> text.add(true, body, started);
      case 'h' -> rich(MessageType.HTML, body);
      case 'm' -> rich(MessageType.MEDIA, body);
      case 'w' -> waiting(body);
      case 'f' -> finish(body);
      case 'y' -> settled(body);
      default -> log.accept("Skipped a frame of the interpreter of unknown type " + (int) type);
    }
  }

  @Override
  public void completion(ByteBuffer body) {
    if (body.remaining() >= Integer.BYTES) {
      int number = body.getInt();
      completions.answer(number, StandardCharsets.UTF_8.decode(body).toString());
    }
  }

  @Override
  public void raw(boolean isStderr, ByteBuffer bytes) {
    text.add(isStderr, bytes);
  }

  @Override
  public void ended(int status) {
    boolean wasReady = ready;
    interpreter = null;
    ready = false;
    started = false;
    completions.abandon();
    if (whenStopped != null) {
      whenStopped.run();
      return;
    }
    String how = status > 128 ? "by signal " + (status - 128) : "with status " + status;
    if (!active) {
      log.accept("The interpreter ended " + how + " while it was idle.");
      return;
    }
    waitingSource = null;
    if (wasReady) {
      text.say(
          "The Python interpreter ended "
              + how
              + "; its variables are lost, and a new one starts with the next run.");
      end(status);
      start();
    } else {
      text.say("The Python interpreter ended " + how + " before it was ready to run code.");
      end(COMMAND_NOT_FOUND);
    }
  }

  private @Nullable String launch() {
    try {
      text.newProcess();
      interpreter = new PythonInterpreter(spawner, program.resolve(), driver(), loop, log, this);
      return null;
    } catch (IOException e) {
      return "The Python interpreter could not be started: " + e.getMessage();
    }
  }

  private void ready() {
    ready = true;
    byte[] source = waitingSource;
    if (source != null) {
      waitingSource = null;
      begin(source);
    }
  }

  private void begin(byte[] source) {
    PythonInterpreter running = interpreter;
    if (running != null) {
      started = false;
      text.begin();
      running.send('C', source);
    }
  }

  private void rich(MessageType type, ByteBuffer body) {
    if (started) {
      listener.output(type, body);
    }
  }

  private void waiting(ByteBuffer body) {
    if (started) {
      drain();
      listener.waitingInput(body.hasRemaining() && body.get() == '1');
    }
  }

  private void finish(ByteBuffer body) {
    if (started && active) {
      drain();
      end(Integer.parseInt(StandardCharsets.US_ASCII.decode(body).toString()));
    }
  }

  /** Everything before this frame was handed over, so that a child may write behind it. */
  private void settled(ByteBuffer body) {
    if (interpreter != null) {
      byte[] token = new byte[body.remaining()];
      body.get(token);
      interpreter.send('Y', token);
    }
  }

  private void drain() {
    if (interpreter != null) {
      interpreter.drainRaw();
    }
  }

  private void end(int exitCode) {
    text.end();
    active = false;
    started = false;
    listener.finished(exitCode);
  }

  private static byte[] driver() {
    try (InputStream in = PythonLanguage.class.getResourceAsStream("driver.py")) {
      if (in == null) {
        throw new IllegalStateException("Expected driver.py in the jar, but it is missing.");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
