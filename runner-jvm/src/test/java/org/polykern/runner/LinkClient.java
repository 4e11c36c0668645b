package org.polykern.runner;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.polykern.runner.json.JsonObject;
import org.polykern.runner.json.JsonReader;
import org.polykern.runner.json.JsonText;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;

/** The agent's end of the runner link, as small as a test needs it. Used by one thread. */
final class LinkClient implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  /** A framed message of the runner. */
  record Message(String type, JsonObject header, String body) {
    long seq() {
      Long seq = header.integer("seq");
      return seq == null ? 0 : seq;
    }

    String run() {
      return String.valueOf(header.text("run"));
    }
  }

  /** Everything that one run sent. */
  record Result(List<Message> messages) {
    String text(String type) {
      StringBuilder text = new StringBuilder();
      for (Message message : messages) {
        if (message.type().equals(type)) {
          text.append(message.body());
        }
      }
      return text.toString();
    }

    String stdout() {
      return text("stdout");
    }

    String stderr() {
      return text("stderr");
    }

    /** Stream names and texts, neighbours of one stream joined. */
    List<String> interleaved() {
      List<String> pieces = new ArrayList<>();
      String last = "";
      for (Message message : messages) {
        String type = message.type();
        if (type.equals(last)) {
          pieces.set(pieces.size() - 1, pieces.getLast() + message.body());
        } else if (!type.equals("finished")) {
          pieces.add(type + ":" + message.body());
        }
        last = type;
      }
      return pieces;
    }

    long exitCode() {
      return end("finished");
    }

    /** The exit code in the message of this type. */
    long end(String type) {
      Long code =
          JsonReader.object(text(type).getBytes(StandardCharsets.UTF_8), 100).integer("exitCode");
      return code == null ? Long.MIN_VALUE : code;
    }
  }

  private final ZMQ.Context context = ZMQ.context(1);
  private final ZMQ.Socket commands = context.socket(SocketType.PUSH);
  private final ZMQ.Socket messages = context.socket(SocketType.PULL);
  private int runs;
  private JsonObject refusals;

  LinkClient(RunnerProcess runner, ZMQ.Curve.KeyPair keys) {
    if (runner.publicKey() != null) {
      for (ZMQ.Socket socket : List.of(commands, messages)) {
        socket.setCurveServerKey(ZMQ.Curve.z85Decode(runner.publicKey()));
        socket.setCurvePublicKey(ZMQ.Curve.z85Decode(keys.publicKey));
        socket.setCurveSecretKey(ZMQ.Curve.z85Decode(keys.secretKey));
      }
      // JeroMQ 0.6.0 hands over an encrypted message when this queue of a CURVE socket is full.
      messages.setRcvHWM(0);
    }
    commands.setLinger(0);
    messages.setLinger(0);
    commands.connect("tcp://127.0.0.1:" + runner.replin());
    messages.connect("tcp://127.0.0.1:" + runner.replout());
  }

  /** Sends a framed command. */
  void send(String type, Map<String, ?> header, String body) {
    sendPlain(type, (JsonText.of(header) + "\n" + body).getBytes(StandardCharsets.UTF_8));
  }

  /** Sends a command of the plain protocol. */
  void sendPlain(String type, byte[] payload) {
    commands.sendMore(type);
    commands.send(payload);
  }

  Message hello() {
    send("hello", Map.of("protocol", 1), "");
    return next("hello");
  }

  String code(String source) {
    String run = "run-" + hashCode() + "-" + ++runs;
    send("code", Map.of("run", run), source);
    return run;
  }

  /** Queues a batch run, as an agent does: all three steps at once. */
  String batch(String clean, String build, String exec) {
    String run = "run-" + hashCode() + "-" + ++runs;
    send("clean", Map.of("run", run), clean);
    send("build", Map.of("run", run), build);
    send("exec", Map.of("run", run), exec);
    return run;
  }

  void ack(long seq) {
    send("ack", Map.of("seq", seq), "");
  }

  /** The last sums of refused calls, or null when none were told. */
  JsonObject refusals() {
    return refusals;
  }

  /** The next message of any type but {@code refusals}, which may come at any time. */
  Message next() {
    Message message = poll(LIMIT);
    if (message == null) {
      throw new AssertionError("Expected a message within " + LIMIT + ", but none came.");
    }
    if (message.type().equals("refusals")) {
      JsonObject body = JsonReader.object(message.body().getBytes(StandardCharsets.UTF_8), 100_000);
      refusals = (JsonObject) body.members().get("calls");
      return next();
    }
    return message;
  }

  /** The next message, which has to be of this type. */
  Message next(String type) {
    Message message = next();
    if (!message.type().equals(type)) {
      throw new AssertionError("Expected a " + type + ", but got " + message);
    }
    return message;
  }

  /** The next message, or null when none comes within {@code limit}. */
  Message poll(Duration limit) {
    byte[][] frames = pollPlain(limit);
    if (frames == null) {
      return null;
    }
    String payload = new String(frames[1], StandardCharsets.UTF_8);
    int end = payload.indexOf('\n');
    return new Message(
        new String(frames[0], StandardCharsets.US_ASCII),
        JsonReader.object(payload.substring(0, end).getBytes(StandardCharsets.UTF_8), 100_000),
        payload.substring(end + 1));
  }

  /** The frames of the next message, or null. */
  byte[][] pollPlain(Duration limit) {
    messages.setReceiveTimeOut((int) limit.toMillis());
    List<byte[]> frames = new ArrayList<>();
    byte[] first = messages.recv();
    if (first == null) {
      return null;
    }
    frames.add(first);
    while (messages.hasReceiveMore()) {
      frames.add(messages.recv());
    }
    return frames.toArray(new byte[0][]);
  }

  /** Executes a snippet to its end, acknowledging everything. */
  Result run(String source) {
    return collect(code(source));
  }

  /** Collects a run to its end, acknowledging everything. */
  Result collect(String run) {
    List<Message> collected = new ArrayList<>();
    while (true) {
      Message message = next();
      if (message.seq() > 0) {
        ack(message.seq());
      }
      if (message.run().equals(run)) {
        collected.add(message);
        if (message.type().equals("finished")) {
          return new Result(collected);
        }
      }
    }
  }

  /** Reads output of a run until its text contains {@code wanted}, acknowledging everything. */
  void awaitText(String wanted) {
    StringBuilder text = new StringBuilder();
    while (text.indexOf(wanted) < 0) {
      Message message = next();
      ack(message.seq());
      if (message.type().equals("finished")) {
        throw new AssertionError("Expected " + wanted + ", but the run ended after: " + text);
      }
      text.append(message.body());
    }
  }

  @Override
  public void close() {
    commands.close();
    messages.close();
    context.term();
  }
}
