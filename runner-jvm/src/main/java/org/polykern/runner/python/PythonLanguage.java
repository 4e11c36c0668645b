package org.polykern.runner.python;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Consumer;
import org.polykern.runner.language.InterpreterLanguage;
import org.polykern.runner.language.InterpreterProgram;
import org.polykern.runner.link.MessageType;
import org.polykern.runner.loop.EventLoop;
import org.polykern.runner.spawn.Signal;
import org.polykern.runner.spawn.Spawner;

/** Python's query mode: an interpreter that is started ahead and replaced when it dies. */
public final class PythonLanguage extends InterpreterLanguage<PythonInterpreter>
    implements PythonInterpreter.Events {
  private static final Duration READY_LIMIT = Duration.ofSeconds(60);

  private final Spawner spawner;
  private final InterpreterProgram program;

  /** The interpreter has begun with the active run: what it says in frames is the run's. */
  private boolean started;

  public PythonLanguage(
      Spawner spawner,
      InterpreterProgram program,
      EventLoop loop,
      Consumer<String> log,
      Listener listener) {
    super("The Python interpreter", READY_LIMIT, loop, log, listener);
    this.spawner = spawner;
    this.program = program;
  }

  @Override
  protected PythonInterpreter launch() throws IOException {
    return new PythonInterpreter(spawner, program.resolve(), driver(), loop, log, this);
  }

  @Override
  protected void execute(PythonInterpreter running, byte[] source) {
    // What is in the pipes now was written by something that an earlier run left behind.
    running.drainRaw();
    text.begin();
    running.send('C', source);
  }

  @Override
  protected void signal(PythonInterpreter running, Signal signal) {
    running.signal(signal);
  }

  @Override
  public void input(byte[] line) {
    PythonInterpreter running = process();
    if (running != null && isActive()) {
      running.send('I', line);
    }
  }

  @Override
  public void complete(String id, String code) {
    PythonInterpreter running = process();
    if (running == null || !isReady()) {
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
    PythonInterpreter running = process();
    if (running != null) {
      running.reading(listener.hasRoom(), text.hasRoom());
    }
  }

  @Override
  public void frame(char type, ByteBuffer body) {
    switch (type) {
      case 'R' -> becameReady();
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
    started = false;
    super.ended(status);
  }

  @Override
  protected void end(int exitCode) {
    started = false;
    super.end(exitCode);
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
    if (started && isActive()) {
      drain();
      end(Integer.parseInt(StandardCharsets.US_ASCII.decode(body).toString()));
    }
  }

  /** Everything before this frame was handed over, so that a child may write behind it. */
  private void settled(ByteBuffer body) {
    PythonInterpreter running = process();
    if (running != null) {
      byte[] token = new byte[body.remaining()];
      body.get(token);
      running.send('Y', token);
    }
  }

  private void drain() {
    PythonInterpreter running = process();
    if (running != null) {
      running.drainRaw();
    }
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
