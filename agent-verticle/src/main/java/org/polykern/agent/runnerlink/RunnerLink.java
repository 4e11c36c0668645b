package org.polykern.agent.runnerlink;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.polykern.common.problem.Problem;
import org.polykern.common.problem.ProblemCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;

/** One kernel's two sockets. Sending is safe from any thread that is never interrupted. */
public final class RunnerLink implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(RunnerLink.class);
  private static final int MAX_MESSAGE_BYTES = 16 << 20;

  /**
   * More messages than a runner may have un-acknowledged, so that an honest one never fills it:
   * when the queue is full, JeroMQ 0.6.0 hands over the next CURVE frame without decrypting it.
   */
  private static final int RECEIVE_QUEUE = 16_384;

  private static final int SEND_QUEUE = 1024;
  private static final int RECONNECT_MILLIS = 5;

  /** A runner of ours answers within this time once it answers at all. */
  static final Duration PLAIN_AFTER = Duration.ofSeconds(3);

  /** One turn of the reading thread gives every kernel its chance. */
  private static final int BATCH = 64;

  private static final byte[] EMPTY = new byte[0];

  private final RunnerLinks links;
  private final RunnerListener listener;
  private final ZMQ.Socket incoming; // confined to the reading thread
  private final ReentrantLock sendLock = new ReentrantLock();
  private final ZMQ.Socket outgoing; // guarded by sendLock
  private boolean closed; // guarded by sendLock
  private @Nullable SelectionKey key; // confined to the reading thread
  private final CountDownLatch helloReceived = new CountDownLatch(1);
  private final Completions completions = new Completions();
  private final Questions questions = new Questions();
  private final long connectedNanos = System.nanoTime();
  private volatile Wire wire;
  private volatile boolean answersPlain;
  private volatile long heardNanos = System.nanoTime();

  RunnerLink(
      RunnerLinks links, String host, Announcement runner, LinkKeys keys, RunnerListener listener) {
    this.links = links;
    this.listener = listener;
    wire =
        new FramedWire(this::trySend, listener, completions, questions, helloReceived::countDown);
    outgoing = links.socket(SocketType.PUSH);
    outgoing.setSndHWM(SEND_QUEUE);
    incoming = links.socket(SocketType.PULL);
    incoming.setRcvHWM(RECEIVE_QUEUE);
    incoming.setMaxMsgSize(MAX_MESSAGE_BYTES);
    prepare(outgoing, runner, keys);
    prepare(incoming, runner, keys);
    outgoing.connect("tcp://" + host + ":" + runner.replin());
    links.post(() -> open("tcp://" + host + ":" + runner.replout()));
  }

  /** Says hello: everything that was not acknowledged comes again. Never throws. */
  public void hello() {
    logRefused("hello", wire.hello());
    if (helloReceived.getCount() > 0) {
      // Which a plain runner answers too. It comes behind hello, so that ours answers that first.
      logRefused("status", trySend("status", EMPTY));
    }
  }

  /**
   * Waits for the first answer to hello. A runner that does not answer it for {@link #PLAIN_AFTER},
   * but does answer the plain protocol's status, is taken for a plain one.
   */
  public boolean awaitHello(Duration limit) throws InterruptedException {
    if (helloReceived.await(limit.toNanos(), TimeUnit.NANOSECONDS)) {
      return true;
    }
    if (answersPlain && System.nanoTime() - connectedNanos > PLAIN_AFTER.toNanos()) {
      links.post(this::becomePlain);
    }
    return false;
  }

  public void code(String run, String source) {
    insist(wire.code(run, source));
  }

  /** Three commands back to back; an empty one is skipped by the runner. */
  public void batch(String run, String clean, String build, String exec) {
    insist(wire.batch(run, clean, build, exec));
  }

  public void input(String run, String text) {
    insist(wire.input(run, text));
  }

  /** {@code run} null: whatever executes. */
  public void interrupt(@Nullable String run) {
    logRefused("interrupt", wire.interrupt(run));
  }

  /** Ends this run and no other; never throws. */
  public void cancel(String run) {
    logRefused("cancel", wire.cancel(run));
  }

  /** Never throws: the next acknowledgement covers this one. */
  public void ack(long seq) {
    logRefused("ack", wire.ack(seq));
  }

  /** Asks the runner to end its children and itself; never throws. */
  public void shutdown() {
    logRefused("shutdown", wire.shutdown());
  }

  /** Asks whether the runner lives; safe from any thread. */
  public void askStatus() {
    links.post(() -> logRefused("status", wire.status()));
  }

  /** Time since the runner last said anything. */
  public Duration silence() {
    return Duration.ofNanos(System.nanoTime() - heardNanos);
  }

  /**
   * Completion at the end of the code; blocks.
   *
   * @return empty when the runner does not answer in time
   */
  public List<String> complete(String code, Map<String, Object> options, Duration limit) {
    var request = JsonNodeFactory.instance.objectNode();
    options.forEach((name, value) -> request.set(name, scalar(value)));
    request.put("code", code);
    var bytes = request.toString().getBytes(StandardCharsets.UTF_8);
    return completions.ask(id -> insist(wire.complete(id, bytes)), limit);
  }

  /**
   * Asks what the runner answers with a message of its own, as {@code start-service}; blocks.
   *
   * @return the answer's body
   * @throws org.polykern.common.problem.ProblemException OUTCOME_UNKNOWN when no answer comes in
   *     time, UNAVAILABLE when the runner cannot be asked or the link is closed meanwhile
   */
  public JsonNode ask(RunnerQuestion question, JsonNode body, Duration limit) {
    var bytes = body.isMissingNode() ? EMPTY : body.toString().getBytes(StandardCharsets.UTF_8);
    return questions.ask(question, id -> insist(wire.ask(question.type(), id, bytes)), limit);
  }

  @Override
  public void close() {
    questions.close();
    sendLock.lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
      outgoing.close();
    } finally {
      sendLock.unlock();
    }
    links.closed(this);
    links.post(() -> {
      if (key != null) {
        key.cancel();
        key = null;
      }
      incoming.close();
    });
  }

  private static void prepare(ZMQ.Socket socket, Announcement runner, LinkKeys keys) {
    socket.setLinger(0);
    socket.setReconnectIVL(RECONNECT_MILLIS);
    var runnerKey = runner.publicKey();
    if (runnerKey != null) {
      socket.setCurveServerKey(ZMQ.Curve.z85Decode(runnerKey));
      socket.setCurvePublicKey(ZMQ.Curve.z85Decode(keys.publicKey()));
      socket.setCurveSecretKey(ZMQ.Curve.z85Decode(keys.secretKey()));
    }
  }

  private void open(String endpoint) {
    try {
      key = links.watch(incoming, this::read);
      incoming.connect(endpoint);
      read();
    } catch (IOException e) {
      log.error("Cannot watch the link to {}", endpoint, e);
    }
  }

  private void read() {
    if (key == null) {
      return;
    }
    for (var i = 0; i < BATCH; i++) {
      var type = incoming.recv(ZMQ.DONTWAIT);
      if (type == null) {
        return;
      }
      var payload = EMPTY;
      var frames = 1;
      while (incoming.hasReceiveMore()) {
        payload = incoming.recv(0);
        frames++;
      }
      if (frames == 2) {
        take(type, payload);
      }
    }
    links.post(this::read);
  }

  private void take(byte[] type, byte[] payload) {
    heardNanos = System.nanoTime();
    if (helloReceived.getCount() > 0 && PlainWire.isStatus(type, payload)) {
      answersPlain = true;
      return;
    }
    try {
      wire.take(type, payload);
    } catch (IOException e) {
      log.debug("Skipped a message of a runner: {}", e.getMessage());
    }
  }

  private void becomePlain() {
    if (helloReceived.getCount() > 0) {
      log.info("A runner speaks the plain protocol only: runs go to it one by one");
      wire = new PlainWire(this::trySend, listener, completions, links::post);
      listener.onHello(new RunnerHello("", 1, List.of(), true));
      helloReceived.countDown();
    }
  }

  private static void insist(boolean sent) {
    if (!sent) {
      throw Problem.of(
              ProblemCode.UNAVAILABLE,
              "The kernel's runner takes no commands at the moment; try again or restart it.")
          .toException();
    }
  }

  private boolean trySend(String type, byte[] payload) {
    sendLock.lock();
    try {
      return !closed
          && outgoing.send(type.getBytes(StandardCharsets.US_ASCII), ZMQ.SNDMORE | ZMQ.DONTWAIT)
          && outgoing.send(payload, 0);
    } finally {
      sendLock.unlock();
    }
  }

  private static void logRefused(String type, boolean sent) {
    if (!sent) {
      log.debug("A runner took no {}: it is gone or stuck", type);
    }
  }

  private static JsonNode scalar(@Nullable Object value) {
    return switch (value) {
      case null -> JsonNodeFactory.instance.nullNode();
      case Number number -> JsonNodeFactory.instance.numberNode(number.longValue());
      case Boolean flag -> JsonNodeFactory.instance.booleanNode(flag);
      default -> JsonNodeFactory.instance.textNode(value.toString());
    };
  }
}
