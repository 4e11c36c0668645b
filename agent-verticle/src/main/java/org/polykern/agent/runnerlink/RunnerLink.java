package org.polykern.agent.runnerlink;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
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
  private static final int MAX_PENDING = 64;
  private static final int MAX_SUGGESTIONS = 1000;

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
  private final Map<String, CompletableFuture<List<String>>> completions =
      new ConcurrentHashMap<>();
  private volatile long heardNanos = System.nanoTime();

  RunnerLink(
      RunnerLinks links, String host, Announcement runner, LinkKeys keys, RunnerListener listener) {
    this.links = links;
    this.listener = listener;
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
    logRefused("hello", trySend("hello", header().put("protocol", 1), EMPTY));
  }

  /** Waits for the first answer to hello. */
  public boolean awaitHello(Duration limit) throws InterruptedException {
    return helloReceived.await(limit.toNanos(), TimeUnit.NANOSECONDS);
  }

  public void code(String run, String source) {
    send("code", header().put("run", run), source.getBytes(StandardCharsets.UTF_8));
  }

  /** Three commands back to back; an empty one is skipped by the runner. */
  public void batch(String run, String clean, String build, String exec) {
    send("clean", header().put("run", run), clean.getBytes(StandardCharsets.UTF_8));
    send("build", header().put("run", run), build.getBytes(StandardCharsets.UTF_8));
    send("exec", header().put("run", run), exec.getBytes(StandardCharsets.UTF_8));
  }

  public void input(String run, String text) {
    send("input", header().put("run", run), text.getBytes(StandardCharsets.UTF_8));
  }

  /** {@code run} null: whatever executes. */
  public void interrupt(@Nullable String run) {
    var header = run == null ? header() : header().put("run", run);
    logRefused("interrupt", trySend("interrupt", header, EMPTY));
  }

  /** Ends this run and no other; never throws. */
  public void cancel(String run) {
    logRefused("cancel", trySend("cancel", header().put("run", run), EMPTY));
  }

  /** Never throws: the next acknowledgement covers this one. */
  public void ack(long seq) {
    logRefused("ack", trySend("ack", header().put("seq", seq), EMPTY));
  }

  /** Asks the runner to end its children and itself; never throws. */
  public void shutdown() {
    logRefused("shutdown", trySend("shutdown", header(), EMPTY));
  }

  /** Asks whether the runner lives; safe from any thread. */
  public void askStatus() {
    links.post(() -> logRefused("status", trySend("status", header().put("id", "alive"), EMPTY)));
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
    if (completions.size() >= MAX_PENDING) {
      throw Problem.of(ProblemCode.UNAVAILABLE, "Too many completions are being computed already.")
          .toException();
    }
    var id = UUID.randomUUID().toString();
    var answer = new CompletableFuture<List<String>>();
    completions.put(id, answer);
    try {
      ObjectNode body = header();
      options.forEach((name, value) -> body.set(name, scalar(value)));
      body.put("code", code);
      send("complete", header().put("id", id), body.toString().getBytes(StandardCharsets.UTF_8));
      return answer.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      return List.of();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return List.of();
    } finally {
      completions.remove(id);
    }
  }

  @Override
  public void close() {
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
    try {
      dispatch(LinkMessage.parse(type, payload));
    } catch (IOException e) {
      log.debug("Skipped a message of a runner: {}", e.getMessage());
    }
  }

  private void dispatch(LinkMessage message) throws IOException {
    var header = message.header();
    var kind = OutputKind.of(message.type());
    if (kind != null) {
      listener.onOutput(
          kind,
          header.path("run").asText(""),
          header.path("seq").asLong(0),
          message.body().array());
      return;
    }
    switch (message.type()) {
      case "hello" -> {
        listener.onHello(hello(header));
        helloReceived.countDown();
      }
      case "status" -> listener.onStatus(header.path("unacked").asLong(0));
      case "completion" -> completed(header.path("id").asText(""), message.body().array());
      default -> log.debug("Skipped a message of unknown type {}", message.type());
    }
  }

  private void completed(String id, byte[] body) throws IOException {
    var answer = completions.remove(id);
    if (answer != null) {
      var found = new ArrayList<String>();
      for (var suggestion : LinkMessage.json(body).path("suggestions")) {
        if (found.size() < MAX_SUGGESTIONS) {
          found.add(suggestion.asText());
        }
      }
      answer.complete(found);
    }
  }

  private static RunnerHello hello(JsonNode header) {
    var runs = new ArrayList<RunnerHello.Active>();
    for (var run : header.path("runs")) {
      runs.add(
          new RunnerHello.Active(run.path("run").asText(""), run.path("state").asText("running")));
    }
    return new RunnerHello(header.path("runtime").asText(""), header.path("next").asLong(1), runs);
  }

  private void send(String type, ObjectNode header, byte[] body) {
    if (!trySend(type, header, body)) {
      throw Problem.of(
              ProblemCode.UNAVAILABLE,
              "The kernel's runner takes no commands at the moment; try again or restart it.")
          .toException();
    }
  }

  private boolean trySend(String type, ObjectNode header, byte[] body) {
    var payload = LinkMessage.payload(header, body);
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

  private static ObjectNode header() {
    return JsonNodeFactory.instance.objectNode();
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
