package org.polykern.runner;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
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
import org.polykern.runner.spawn.Signal;

/** The commands of the agent and what a language says, brought together. Loop thread only. */
final class Runner implements Language.Listener {
  private static final int PROTOCOL = 1;
  private static final int REMOVED = 130;
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
  private int plainRuns;
  private boolean prepared;
  private boolean stopping;

  Runner(
      String runtime,
      AgentLink link,
      EventLoop loop,
      Consumer<String> log,
      Function<Language.Listener, Language> language) {
    this.runtime = runtime;
    this.link = link;
    this.loop = loop;
    this.log = log;
    this.language = language.apply(this);
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
      language.stop(loop::stop);
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
    if (run != null) {
      finish(run.id(), exitCode);
      heapTrim.idle();
      // Not started from here, so that a language is never called back from its own callback.
      loop.post(this::startNext);
    }
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
  }

  private void command(Command command) {
    JsonObject header = command.header();
    switch (command.type()) {
      case "hello" -> hello();
      case "code" -> code(header.text("run"), command.body());
      case "input" -> input(header.text("run"), command.body());
      case "interrupt" -> interrupt(header.text("run"));
      case "complete" -> complete(header.text("id"), command.body());
      case "status" -> status(header.text("id"));
      case "ack" -> acknowledged(header.integer("seq"));
      case "shutdown" -> shutdown();
      default -> log.accept("Skipped a command of unknown type.");
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
  }

  private void code(@Nullable String id, byte[] source) {
    if (id == null && link.framed()) {
      log.accept("Skipped code without a run id.");
      return;
    }
    if (queue.add(id == null ? "plain-" + ++plainRuns : id, source)) {
      startNext();
    }
  }

  private void startNext() {
    Run run = prepared && !stopping ? queue.startNext() : null;
    if (run != null) {
      interrupts.reset();
      heapTrim.busy();
      language.run(run.takeSource());
    }
  }

  private void input(@Nullable String id, byte[] text) {
    Run run = queue.current();
    if (run != null
        && run.state() == Run.State.WAITING_INPUT
        && (id == null || id.equals(run.id()))) {
      run.waiting(false);
      language.input(text);
    }
  }

  private void interrupt(@Nullable String id) {
    Run current = queue.current();
    if (id != null && queue.removeQueued(id)) {
      finish(id, REMOVED);
    } else if (current != null && (id == null || id.equals(current.id()))) {
      Signal signal = interrupts.next(System.nanoTime());
      language.interrupt(signal);
    }
  }

  private void finish(String id, int exitCode) {
    long seq = link.output(MessageType.FINISHED, id, bytes("{\"exitCode\": " + exitCode + "}"));
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
      link.acknowledged(seq);
      queue.acknowledged(seq);
    }
  }

  private static String id(String id) {
    return "{\"id\":" + JsonText.of(id) + "}";
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }
}
