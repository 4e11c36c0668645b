package org.polykern.runner.language;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.polykern.runner.link.MessageType;
import org.polykern.runner.loop.EventLoop;
import org.polykern.runner.spawn.Signal;
import org.polykern.runner.spawn.Spawner;
import org.polykern.runner.text.IdleOutput;
import org.polykern.runner.text.TextPieces;
import org.polykern.runner.text.Utf8Repair;

/** Python's query mode: an interpreter that is started ahead and replaced when it dies. */
public final class PythonLanguage implements Language, PythonInterpreter.Events {
  private static final int COMMAND_NOT_FOUND = 127;
  private static final int INTERRUPTED = 130;
  private static final Duration COMPLETION_LIMIT = Duration.ofSeconds(5);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(2);

  private record Asked(String id, EventLoop.Timer limit) {}

  private final Spawner spawner;
  private final InterpreterProgram program;
  private final EventLoop loop;
  private final Consumer<String> log;
  private final Listener listener;
  private final IdleOutput idleOutput;
  private final Map<Integer, Asked> completions = new HashMap<>();
  private Utf8Repair stdout = new Utf8Repair();
  private Utf8Repair stderr = new Utf8Repair();
  private @Nullable PythonInterpreter interpreter;
  private byte @Nullable [] waitingSource;
  private boolean ready;
  private boolean active;
  private boolean started;
  private int lastToken;
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
    this.idleOutput = new IdleOutput(log);
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
      say(failure);
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
    int token = ++lastToken;
    byte[] text = code.getBytes(StandardCharsets.UTF_8);
    if (interpreter == null || !ready || !interpreter.sendCompletion(token, text)) {
      listener.completion(id, suggestions(""));
      return;
    }
    EventLoop.Timer limit = loop.after(COMPLETION_LIMIT, () -> answer(token, suggestions("")));
    completions.put(token, new Asked(id, limit));
  }

  @Override
  public void adjustReading() {
    if (interpreter != null) {
      boolean room = listener.hasRoom();
      // What floods between two runs is stopped, not thrown away at full speed.
      interpreter.reading(room, room && (active || !idleOutput.full()));
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
      case 'o' -> text(MessageType.STDOUT, body);
      case 'e' -> text(MessageType.STDERR, body);
      case 'O' -> text(MessageType.STDOUT, stdout.feed(body));
      case 'E' -> text(MessageType.STDERR, stderr.feed(body));
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
      int token = body.getInt();
      answer(token, suggestions(StandardCharsets.UTF_8.decode(body).toString()));
    }
  }

  @Override
  public void raw(boolean isStderr, ByteBuffer bytes) {
    MessageType type = isStderr ? MessageType.STDERR : MessageType.STDOUT;
    ByteBuffer valid = (isStderr ? stderr : stdout).feed(bytes);
    if (active) {
      TextPieces.each(valid, piece -> listener.output(type, piece));
    } else {
      idleOutput.add(valid);
    }
  }

  @Override
  public void ended(int status) {
    boolean wasReady = ready;
    interpreter = null;
    ready = false;
    started = false;
    for (Integer token : List.copyOf(completions.keySet())) {
      answer(token, suggestions(""));
    }
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
      say(
          "The Python interpreter ended "
              + how
              + "; its variables are lost, and a new one starts with the next run.");
      end(status);
      start();
    } else {
      say("The Python interpreter ended " + how + " before it was ready to run code.");
      end(COMMAND_NOT_FOUND);
    }
  }

  private @Nullable String launch() {
    try {
      stdout = new Utf8Repair();
      stderr = new Utf8Repair();
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
      active = false;
      // What is in the pipes now was written by something that an earlier run left behind.
      running.drainRaw();
      active = true;
      idleOutput.runStarts();
      running.send('C', source);
    }
  }

  private void text(MessageType type, ByteBuffer body) {
    if (started) {
      TextPieces.each(body, piece -> listener.output(type, piece));
    } else {
      idleOutput.add(body);
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
    TextPieces.each(stdout.end(), piece -> listener.output(MessageType.STDOUT, piece));
    TextPieces.each(stderr.end(), piece -> listener.output(MessageType.STDERR, piece));
    active = false;
    started = false;
    listener.finished(exitCode);
  }

  private void say(String sentence) {
    listener.output(
        MessageType.STDERR, ByteBuffer.wrap((sentence + "\n").getBytes(StandardCharsets.UTF_8)));
  }

  private void answer(int token, byte[] json) {
    Asked asked = completions.remove(token);
    if (asked != null) {
      asked.limit().cancel();
      listener.completion(asked.id(), json);
    }
  }

  /** The body of an answer around the driver's list items. */
  private static byte[] suggestions(String items) {
    return ("{\"suggestions\": [" + items + "]}").getBytes(StandardCharsets.UTF_8);
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
