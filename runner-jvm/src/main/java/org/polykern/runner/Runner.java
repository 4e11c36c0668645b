package org.polykern.runner;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.polykern.runner.batch.BatchMode;
import org.polykern.runner.json.JsonException;
import org.polykern.runner.json.JsonObject;
import org.polykern.runner.json.JsonReader;
import org.polykern.runner.json.JsonText;
import org.polykern.runner.language.Language;
import org.polykern.runner.link.AgentLink;
import org.polykern.runner.link.Command;
import org.polykern.runner.link.MessageType;
import org.polykern.runner.loop.EventLoop;
import org.polykern.runner.run.Run;
import org.polykern.runner.run.RunQueue;
import org.polykern.runner.run.Step;
import org.polykern.runner.run.StepKind;
import org.polykern.runner.service.ServiceSurroundings;
import org.polykern.runner.spawn.Refusals;
import org.polykern.runner.spawn.Signal;

/** The commands of the agent and what a language says, brought together. Loop thread only. */
final class Runner implements Language.Listener {
  private static final int PROTOCOL = 1;
  private static final int REMOVED = 130;
  private static final int COMMAND_NOT_FOUND = 127;
  private static final Duration CANCEL_PATIENCE = Duration.ofSeconds(2);
  private static final int MAX_COMPLETION_BYTES = 4 * 1024 * 1024;

  private final String runtime;
  private final AgentLink link;
  private final EventLoop loop;
  private final Consumer<String> log;
  private final Language language;
  private final RunQueue queue = new RunQueue();
  private final Interrupts interrupts = new Interrupts();
  private final long startedMillis = System.currentTimeMillis();
  private final long startedNanos = System.nanoTime();
  private final HeapTrim heapTrim;
  private final BatchMode batch;
  private final Services services;
  private final TerminalCommands terminals;
  private final RefusalReport refusals;
  private boolean buildFailed;
  private boolean prepared;
  private boolean stopping;

  Runner(
      AgentLink link,
      Languages languages,
      Languages.Surroundings given,
      ServiceSurroundings services,
      TerminalCommands terminals,
      Refusals refusals) {
    this.runtime = languages.runtime();
    this.link = link;
    this.loop = given.loop();
    this.log = given.log();
    this.language = languages.queryMode(given).apply(this);
    this.batch = languages.batchMode(given).apply(this);
    this.services = new Services(link, services);
    this.terminals = terminals;
    this.refusals = new RefusalReport(link, loop, refusals);
    this.heapTrim = new HeapTrim(loop);
    link.onCommand(this::command);
    loop.beforeWait(this::beforeWait);
  }

  /** The work directory is ready: start the language, and queued runs after it. */
  void prepared() {
    prepared = true;
    language.start();
    startNext();
  }

  /** Ends the children, then the loop. */
  void shutdown() {
    if (!stopping) {
      stopping = true;
      terminals.close();
      AtomicInteger left = new AtomicInteger(2);
      Runnable stopped =
          () -> {
            if (left.decrementAndGet() == 0) {
              loop.stop();
            }
          };
      services.stopAll(stopped);
      batch.process().stop(() -> language.stop(stopped));
    }
  }

  @Override
  public void output(MessageType type, ByteBuffer body) {
    Run run = queue.current();
    if (run != null) {
      link.output(type, run.id(), body);
    }
  }

  @Override
  public void waitingInput(boolean password) {
    Run run = queue.current();
    if (run != null) {
      run.waiting(true);
      link.output(
          MessageType.WAITING_INPUT, run.id(), bytes("{\"is_password\": " + password + "}"));
    }
  }

  @Override
  public void finished(int exitCode) {
    Run run = queue.current();
    StepKind kind = run == null ? null : run.executing();
    if (run == null || kind == null) {
      return;
    }
    boolean over = run.endsWithThisStep();
    queue.stepEnded();
    MessageType type = run.cancelled() ? MessageType.FINISHED : endOf(kind);
    int code = run.cancelled() ? REMOVED : exitCode;
    buildFailed = type == MessageType.BUILD_FINISHED && code != 0;
    if (over) {
      finish(type, run.id(), code);
      heapTrim.idle();
    } else {
      link.output(type, run.id(), exitCode(code));
    }
    // Not started from here, so that nothing is ever called back from its own callback.
    loop.post(this::startNext);
  }

  @Override
  public void completion(String id, byte[] json) {
    link.control(MessageType.COMPLETION, id(id), json);
  }

  @Override
  public boolean hasRoom() {
    return link.hasRoom();
  }

  private void beforeWait() {
    link.pump();
    language.adjustReading();
    batch.process().adjustReading();
  }

  private void command(Command command) {
    JsonObject header = command.header();
    StepKind kind = StepKind.of(command.type());
    if (kind != null) {
      step(kind, header.text("run"), command.body());
      return;
    }
    switch (command.type()) {
      case "hello" -> hello();
      case "input" -> input(header, command.body());
      case "interrupt" -> interrupt(header.text("run"));
      case "cancel" -> cancel(header.text("run"));
      case "complete" -> complete(header.text("id"), command.body());
      case "status" -> status(header.text("id"));
      case "ack" -> acknowledged(header.integer("seq"));
      case "shutdown" -> shutdown();
      default -> {
        if (!services.command(command) && !terminals.command(command)) {
          log.accept("Skipped a command of unknown type.");
        }
      }
    }
  }

  private void hello() {
    link.startFraming();
    link.resendAll();
    List<Map<String, String>> runs = new ArrayList<>();
    for (Run run : queue.all()) {
      runs.add(Map.of("run", run.id(), "state", run.state().wire()));
    }
    Map<String, Object> header = new LinkedHashMap<>();
    header.put("protocol", PROTOCOL);
    header.put("runtime", runtime);
    header.put("started", startedMillis);
    header.put("next", link.nextSeq());
    header.put("runs", runs);
    link.control(MessageType.HELLO, JsonText.of(header), new byte[0]);
    refusals.hello();
  }

  private void step(StepKind kind, @Nullable String id, byte[] body) {
    if (id != null) {
      queue.add(id, kind, body);
    } else if (link.framed()) {
      log.accept("Skipped a step without a run id.");
    } else {
      queue.addAlone(kind, body);
    }
    startNext();
  }

  private void startNext() {
    Step step = prepared && !stopping ? queue.startNext() : null;
    if (step == null) {
      return;
    }
    interrupts.reset();
    heapTrim.busy();
    if (step.kind() == StepKind.CODE) {
      language.run(step.body());
    } else if (step.kind() == StepKind.EXEC && buildFailed) {
      finished(COMMAND_NOT_FOUND);
    } else {
      batch.run(step.kind(), step.body());
    }
  }

  private void input(JsonObject header, byte[] line) {
    Run run = queue.current();
    String id = header.text("run");
    if (run == null || (id != null && !id.equals(run.id()))) {
      return;
    }
    if (Boolean.TRUE.equals(header.members().get("eof"))) {
      endInput(run);
    } else if (run.state() == Run.State.WAITING_INPUT) {
      run.waiting(false);
      if (run.executing() == StepKind.CODE) {
        language.input(line);
      } else {
        batch.process().input(line);
      }
    }
  }

  /** Unlike a line this need not be asked for: a program may be fed by nobody from its start. */
  private void endInput(Run run) {
    boolean ended = true;
    if (run.executing() == StepKind.CODE) {
      ended = language.endInput();
    } else {
      batch.process().endInput();
    }
    if (ended) {
      run.waiting(false);
    } else {
      say(
          "The standard input of this run cannot be ended, since later runs read it too: answer"
              + " with a line, or interrupt the run.");
    }
  }

  private void interrupt(@Nullable String id) {
    Run current = queue.current();
    if (id != null && queue.removeQueued(id)) {
      finish(MessageType.FINISHED, id, REMOVED);
    } else if (current != null && (id == null || id.equals(current.id()))) {
      signal(current, interrupts.next(System.nanoTime()));
    }
  }

  private void cancel(@Nullable String id) {
    Run current = queue.current();
    if (id != null && queue.removeQueued(id)) {
      finish(MessageType.FINISHED, id, REMOVED);
    } else if (current != null && current.id().equals(id) && !current.cancelled()) {
      current.cancel();
      if (current.executing() == null) {
        finish(MessageType.FINISHED, current.id(), REMOVED);
        startNext();
      } else {
        boolean code = current.executing() == StepKind.CODE;
        end(current, code ? Signal.INTERRUPT : Signal.TERMINATE);
      }
    }
  }

  /** Sends harder and harder signals until the run has ended. */
  private void end(Run run, Signal signal) {
    if (queue.current() == run) {
      signal(run, signal);
      Signal next = signal == Signal.INTERRUPT ? Signal.TERMINATE : Signal.KILL;
      loop.after(CANCEL_PATIENCE, () -> end(run, next));
    }
  }

  private void signal(Run run, Signal signal) {
    if (run.executing() == StepKind.CODE) {
      language.interrupt(signal);
    } else {
      batch.process().signal(signal);
    }
  }

  private void finish(MessageType type, String id, int exitCode) {
    refusals.tell();
    long seq = link.output(type, id, exitCode(exitCode));
    queue.finished(id, link.framed() ? seq : 0);
    if (!link.framed()) {
      queue.acknowledged(0);
    }
  }

  private void complete(@Nullable String id, byte[] body) {
    String code;
    try {
      code = JsonReader.object(body, MAX_COMPLETION_BYTES).text("code");
    } catch (JsonException e) {
      log.accept("A completion request is no JSON: " + e.getMessage());
      code = null;
    }
    language.complete(id == null ? "" : id, code == null ? "" : code);
  }

  private void status(@Nullable String id) {
    if (!link.framed()) {
      link.control(MessageType.STATUS, "{}", PlainStatus.encode(startedNanos / 1e9));
      return;
    }
    Map<String, @Nullable Object> status = new LinkedHashMap<>();
    status.put("started", startedMillis);
    Run run = queue.current();
    status.put("running", run == null ? null : run.id());
    status.put("unacked", link.unackedBytes());
    link.control(
        MessageType.STATUS,
        id(id == null ? "" : id),
        JsonText.of(status).getBytes(StandardCharsets.UTF_8));
  }

  private void acknowledged(@Nullable Long seq) {
    if (seq != null) {
      queue.acknowledged(link.acknowledged(seq));
    }
  }

  private static MessageType endOf(StepKind kind) {
    return switch (kind) {
      case CODE, EXEC -> MessageType.FINISHED;
      case CLEAN -> MessageType.CLEAN_FINISHED;
      case BUILD -> MessageType.BUILD_FINISHED;
    };
  }

  private static ByteBuffer exitCode(int exitCode) {
    return bytes("{\"exitCode\": " + exitCode + "}");
  }

  private static String id(String id) {
    return "{\"id\":" + JsonText.of(id) + "}";
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }
}
