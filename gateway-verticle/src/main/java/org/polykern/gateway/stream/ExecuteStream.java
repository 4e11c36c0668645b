package org.polykern.gateway.stream;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.ServerWebSocket;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.polykern.common.bus.RunCommand;
import org.polykern.common.bus.RunCommand.Question;
import org.polykern.common.id.RunId;
import org.polykern.common.id.SessionId;
import org.polykern.common.problem.Problem;
import org.polykern.common.problem.ProblemCode;
import org.polykern.common.problem.ProblemException;
import org.polykern.common.task.Tasks;
import org.polykern.gateway.rate.UseCounters;
import org.polykern.gateway.run.KernelCalls;

/**
 * One connection of the execute stream. What the client sends is handled on its event loop; what it
 * gets is read from the agent by a task of its own ({@link ExecuteReader}), which asks for the next
 * piece only when the one before has left. Nothing of a run is kept here.
 */
final class ExecuteStream implements LiveStreams.LiveStream {
  private static final long FIRST_FRAME_MS = 30_000;

  /** How long a line that was typed is tried to be delivered to an agent that is away. */
  private static final Duration TYPING_PATIENCE = Duration.ofSeconds(30);

  /** Lines that came before they were asked for. */
  private static final int MAX_LINES = 1024;

  /** Of a close message: by the client's will, not by accident. 1005 is one without a code. */
  private static final Set<Integer> CLEAN = Set.of(1000, 1001, 1005);

  /** What streams are made with. */
  record Surroundings(
      Vertx vertx, Tasks tasks, KernelCalls calls, UseCounters counters, LiveStreams live) {}

  private final Surroundings surroundings;
  private final ServerWebSocket socket;
  private final Context loop;
  private final String accessKey;
  private final SessionId session;
  private final long firstFrameTimer;

  // All below is confined to the event loop, but for the volatile ones.
  private final ArrayDeque<String> lines = new ArrayDeque<>();
  private @Nullable Question question;
  private volatile @Nullable ExecuteReader reader;
  private final AtomicBoolean over = new AtomicBoolean();
  private volatile boolean sessionGone;

  /** On the socket's event loop. */
  static void begin(
      Surroundings surroundings, ServerWebSocket socket, String accessKey, SessionId session) {
    var stream = new ExecuteStream(surroundings, socket, accessKey, session);
    surroundings.live.add(session, stream);
    socket.textMessageHandler(stream::text);
    socket.binaryMessageHandler(binary -> stream.refuseBinary());
    socket.closeHandler(closed -> stream.closed());
  }

  private ExecuteStream(
      Surroundings surroundings, ServerWebSocket socket, String accessKey, SessionId session) {
    this.surroundings = surroundings;
    this.socket = socket;
    this.loop = surroundings.vertx.getOrCreateContext();
    this.accessKey = accessKey;
    this.session = session;
    this.firstFrameTimer =
        surroundings.vertx.setTimer(
            FIRST_FRAME_MS,
            late -> fail(CloseCode.INVALID, Problem.invalid("mode", "Expected a first message.")));
  }

  private void text(String text) {
    if (over.get()) {
      return;
    }
    if (reader != null) {
      line(text);
      return;
    }
    surroundings.vertx.cancelTimer(firstFrameTimer);
    try {
      var frame = ExecuteFrame.of(text);
      var made = new ExecuteReader(this, frame);
      reader = made;
      surroundings.tasks.startLoop("execute " + frame.runId(), made::run);
    } catch (ProblemException e) {
      fail(CloseCode.INVALID, e.problem());
    }
  }

  private void line(String text) {
    if (lines.size() >= MAX_LINES) {
      fail(
          CloseCode.TOO_BIG,
          Problem.of(
              ProblemCode.BAD_REQUEST,
              "Expected lines when the program asks for them, but more than "
                  + MAX_LINES
                  + " came that it has not asked for."));
      return;
    }
    lines.add(text);
    type();
  }

  /** Gives the next line to the program, when it asks for one. */
  private void type() {
    var asked = question;
    var line = asked == null ? null : lines.poll();
    var run = reader;
    if (asked == null || line == null || run == null) {
      return;
    }
    question = null;
    surroundings.tasks.start(
        "answer " + run.runId(),
        () -> {
          try {
            ask(
                TYPING_PATIENCE,
                target ->
                    new RunCommand.AnswerStream(target.kernel(), run.runId(), asked.id(), line));
          } catch (ProblemException e) {
            fail(CloseCode.TRY_AGAIN, e.problem());
          }
        });
  }

  /** The program waits for a line, and the client was told; any thread. */
  void asked(Question now) {
    loop.runOnContext(go -> {
      question = now;
      type();
    });
  }

  private void refuseBinary() {
    fail(
        CloseCode.UNSUPPORTED,
        Problem.of(ProblemCode.BAD_REQUEST, "Expected a text message, but a binary message came."));
  }

  private void closed() {
    surroundings.vertx.cancelTimer(firstFrameTimer);
    surroundings.live.remove(session, this);
    var wasOver = over.getAndSet(true);
    var run = reader;
    if (run != null) {
      var code = socket.closeStatusCode();
      var clean = code != null && CLEAN.contains((int) code);
      run.stop(!wasOver && (clean || !run.isResumable()));
    }
  }

  RunCommand.Outcome ask(
      Duration patience,
      java.util.function.Function<org.polykern.gateway.run.KernelTarget, RunCommand> command)
      throws InterruptedException {
    return surroundings.calls.run(accessKey, session.toString(), patience, command);
  }

  void pause(Duration time) throws InterruptedException {
    surroundings.tasks.pause(time);
  }

  void count() {
    surroundings.counters.ranCode(session.value());
  }

  /** The session has ended, which its agent may be unable to tell. */
  boolean isSessionGone() {
    return sessionGone;
  }

  ServerWebSocket socket() {
    return socket;
  }

  /** Everything was said; any thread. */
  void finish() {
    over.set(true);
    CloseCode.NORMAL.close(socket, "");
  }

  /** Says why it does not go on, in a way that old clients show too, and closes; any thread. */
  void fail(CloseCode code, Problem problem) {
    end(
        "error",
        problem.message().isEmpty() ? problem.shownTitle() : problem.message(),
        code,
        problem.code().suffix());
  }

  private void end(String status, String reason, CloseCode code, @Nullable String kind) {
    if (over.getAndSet(true)) {
      return;
    }
    var run = reader;
    if (run == null || !run.isResumable()) {
      @Nullable RunId id = run == null ? null : run.runId();
      socket.writeTextMessage(ExecuteMessages.stderr(id, reason));
    }
    socket.writeTextMessage(ExecuteMessages.end(status, reason, kind));
    code.close(socket, reason);
    if (run != null) {
      run.stop(false);
    }
  }

  @Override
  public void sessionEnded() {
    sessionGone = true;
  }

  @Override
  public void gatewayStops() {
    end("server-restarting", "The server restarts; connect again.", CloseCode.RESTART, null);
  }
}
