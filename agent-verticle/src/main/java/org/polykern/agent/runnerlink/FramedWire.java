package org.polykern.agent.runnerlink;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The whole protocol: a header on every message, numbers, acknowledgements. Has no state. */
final class FramedWire implements Wire {
  private static final Logger log = LoggerFactory.getLogger(FramedWire.class);
  private static final byte[] EMPTY = new byte[0];

  private final Frames frames;
  private final RunnerListener listener;
  private final Completions completions;
  private final Questions questions;
  private final Runnable greeted;

  /**
   * @param greeted told after the listener heard an answer to hello
   */
  FramedWire(
      Frames frames,
      RunnerListener listener,
      Completions completions,
      Questions questions,
      Runnable greeted) {
    this.questions = questions;
    this.greeted = greeted;
    this.frames = frames;
    this.listener = listener;
    this.completions = completions;
  }

  @Override
  public boolean hello() {
    return send("hello", header().put("protocol", 1), EMPTY);
  }

  @Override
  public boolean code(String run, String source) {
    return send("code", header().put("run", run), source.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public boolean batch(String run, String clean, String build, String exec) {
    var header = header().put("run", run);
    return send("clean", header, clean.getBytes(StandardCharsets.UTF_8))
        && send("build", header, build.getBytes(StandardCharsets.UTF_8))
        && send("exec", header, exec.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public boolean input(String run, String text) {
    return send("input", header().put("run", run), text.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public boolean interrupt(@Nullable String run) {
    return send("interrupt", run == null ? header() : header().put("run", run), EMPTY);
  }

  @Override
  public boolean cancel(String run) {
    return send("cancel", header().put("run", run), EMPTY);
  }

  @Override
  public boolean ack(long seq) {
    return send("ack", header().put("seq", seq), EMPTY);
  }

  @Override
  public boolean status() {
    return send("status", header().put("id", "alive"), EMPTY);
  }

  @Override
  public boolean shutdown() {
    return send("shutdown", header(), EMPTY);
  }

  @Override
  public boolean complete(String id, byte[] request) {
    return send("complete", header().put("id", id), request);
  }

  @Override
  public boolean ask(String type, String id, byte[] body) {
    return send(type, header().put("id", id), body);
  }

  @Override
  public void take(byte[] type, byte[] payload) throws IOException {
    var message = LinkMessage.parse(type, payload);
    var header = message.header();
    var body = message.body().array();
    var kind = OutputKind.of(message.type());
    if (kind != null) {
      listener.onOutput(kind, header.path("run").asText(""), header.path("seq").asLong(0), body);
      return;
    }
    switch (message.type()) {
      case "hello" -> {
        listener.onHello(hello(header));
        greeted.run();
      }
      case "status" -> listener.onStatus(header.path("unacked").asLong(0));
      case "refusals" -> listener.onRefusals(Refusals.of(LinkMessage.json(body)));
      case "completion" -> completions.answered(header.path("id").asText(""), body);
      case "terminal-result", "service-result", "apps-result", "service-log-result" ->
          questions.answered(message.type(), header.path("id").asText(""), body);
      default -> log.debug("Skipped a message of unknown type {}", message.type());
    }
  }

  private boolean send(String type, ObjectNode header, byte[] body) {
    return frames.send(type, LinkMessage.payload(header, body));
  }

  private static RunnerHello hello(JsonNode header) {
    var runs = new ArrayList<RunnerHello.Active>();
    for (var run : header.path("runs")) {
      runs.add(
          new RunnerHello.Active(run.path("run").asText(""), run.path("state").asText("running")));
    }
    return new RunnerHello(header.path("runtime").asText(""), header.path("next").asLong(1), runs);
  }

  private static ObjectNode header() {
    return JsonNodeFactory.instance.objectNode();
  }
}
