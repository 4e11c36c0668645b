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
import org.polykern.runner.language.InterpreterLanguage;
import org.polykern.runner.language.InterpreterProgram;
import org.polykern.runner.language.LanguageFile;
import org.polykern.runner.link.MessageType;
import org.polykern.runner.loop.EventLoop;
import org.polykern.runner.spawn.Signal;
import org.polykern.runner.spawn.Spawner;

/**
 * The query mode of a language whose file has {@code start}: a driver in that language, started
 * ahead and replaced when it dies.
 */
public final class ScriptedLanguage extends InterpreterLanguage<DriverProcess>
    implements DriverProcess.Events {
  private static final Duration READY_LIMIT = Duration.ofSeconds(60);

  /** User code may write frames too: each word of an answer costs many times its length. */
  private static final int MAX_COMPLETION_BYTES = 256 * 1024;

  private static final int MAX_NUMBER_BYTES = 20;

  private final Spawner spawner;
  private final ScriptedDeclaration declaration;
  private final Map<Integer, Path> completionFiles = new HashMap<>();
  private @Nullable Path snippet;

  /** The active run was told to the driver. */
  private boolean begun;

  public ScriptedLanguage(
      LanguageFile file,
      InterpreterProgram interpreter,
      Spawner spawner,
      EventLoop loop,
      Consumer<String> log,
      Listener listener) {
    this(ScriptedDeclaration.of(file, interpreter), spawner, loop, log, listener);
  }

  private ScriptedLanguage(
      ScriptedDeclaration declaration,
      Spawner spawner,
      EventLoop loop,
      Consumer<String> log,
      Listener listener) {
    super("The " + declaration.title() + " interpreter", READY_LIMIT, loop, log, listener);
    this.spawner = spawner;
    this.declaration = declaration;
  }

  @Override
  protected DriverProcess launch() throws IOException {
    return new DriverProcess(spawner, declaration, loop, log, this);
  }

  @Override
  protected void execute(DriverProcess running, byte[] source) {
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

  @Override
  protected void signal(DriverProcess running, Signal signal) {
    running.signal(signal);
  }

  @Override
  public void input(byte[] line) {
    DriverProcess running = process();
    if (running != null && begun) {
      running.stdin().input(line);
    }
  }

  @Override
  public void complete(String id, String code) {
    DriverProcess running = process();
    // A driver does one thing at a time.
    if (running == null || !isReady() || isActive()) {
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
    DriverProcess running = process();
    if (running != null) {
      running.reading(text.hasRoom());
    }
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
      case 'h', 'm', 'M' -> show(type, body);
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
    snippet = null;
    completionFiles.clear();
    super.ended(status);
  }

  @Override
  protected void end(int exitCode) {
    begun = false;
    DriverProcess running = process();
    if (running != null) {
      running.stdin().runEnds();
    }
    super.end(exitCode);
  }

  private void ready() {
    DriverProcess running = process();
    if (running != null && !isReady()) {
      running.ready();
      becameReady();
    }
  }

  private void show(char type, ByteBuffer body) {
    DriverProcess running = process();
    if (!begun || running == null) {
      return;
    }
    try {
      switch (type) {
        case 'h' -> listener.output(MessageType.HTML, RichData.html(body));
        case 'm' -> listener.output(MessageType.MEDIA, RichData.ofFrame(body));
        default -> listener.output(MessageType.MEDIA, RichData.ofFile(body, running.directory()));
      }
    } catch (RichData.RefusedException e) {
      text.say(String.valueOf(e.getMessage()));
    } catch (IOException e) {
      text.say("Data could not be shown: " + e);
    }
  }

  private void sayInRun(String sentence) {
    if (begun) {
      text.say(sentence);
    }
  }

  private void waiting(ByteBuffer body) {
    DriverProcess running = process();
    if (begun && running != null && !running.stdin().isTold()) {
      running.stdin().toldByProgram();
      waitingInput(body.hasRemaining() && body.get() == '1');
    }
  }

  private void completion(ByteBuffer body) {
    if (body.remaining() > MAX_COMPLETION_BYTES) {
      log.accept("Skipped a completion of " + body.remaining() + " bytes.");
      return;
    }
    String[] lines = StandardCharsets.UTF_8.decode(body).toString().split("\n", -1);
    int number;
    try {
      number = Integer.parseInt(lines[0].strip());
    } catch (NumberFormatException e) {
      log.accept("Skipped a completion without a number.");
      return;
    }
    DriverProcess running = process();
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
    DriverProcess running = process();
    if (!begun || running == null) {
      return;
    }
    int exitCode;
    try {
      ByteBuffer digits = body.slice(body.position(), Math.min(body.remaining(), MAX_NUMBER_BYTES));
      exitCode = Integer.parseInt(StandardCharsets.US_ASCII.decode(digits).toString().strip());
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
}
