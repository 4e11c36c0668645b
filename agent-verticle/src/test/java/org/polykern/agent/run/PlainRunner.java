package org.polykern.agent.run;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

/**
 * A runner that knows the two-frame protocol only, as other projects have it. Its language: a line
 * is echoed; {@code ask} waits for a line of input; {@code loop} goes on until it is interrupted.
 */
final class PlainRunner implements AutoCloseable {
  private final ZContext context = new ZContext();
  private final ZMQ.Socket commands = context.createSocket(SocketType.PULL);
  private final ZMQ.Socket messages = context.createSocket(SocketType.PUSH);
  private final Thread thread;
  final int replin = commands.bindToRandomPort("tcp://127.0.0.1");
  final int replout = messages.bindToRandomPort("tcp://127.0.0.1");

  /** Commands in the order of their arrival. */
  final List<String> heard = new CopyOnWriteArrayList<>();

  private volatile boolean closing;

  PlainRunner() {
    commands.setReceiveTimeOut(50);
    thread = Thread.ofPlatform().name("plain-runner").start(this::loop);
  }

  private void loop() {
    while (!closing) {
      var type = commands.recv();
      if (type == null) {
        continue;
      }
      var body = commands.recvStr();
      var command = new String(type, StandardCharsets.US_ASCII);
      heard.add(command + " " + body);
      answer(command, body);
    }
    context.close();
  }

  private void answer(String command, String body) {
    switch (command) {
      case "code" -> code(body);
      case "input" -> {
        say("stdout", "hello " + body);
        say("finished", "{}");
      }
      case "interrupt" -> {
        say("stderr", "interrupted");
        say("finished", "{}");
      }
      case "clean", "build" -> {
        say("stdout", command + ":" + body + ";");
        say(command + "-finished", "{\"exitCode\": 0}");
      }
      case "exec" -> {
        say("stdout", "exec:" + body);
        say("finished", "{\"exitCode\": 3}");
      }
      case "complete" -> say("completion", "[\"print\", \"printf\"]");
      case "status" -> status();
      default -> {
        // As the protocol says: unknown commands are ignored.
      }
    }
  }

  private void code(String source) {
    switch (source) {
      case "ask" -> {
        say("stdout", "name? ");
        say("waiting-input", "{\"is_password\": true}");
      }
      case "loop" -> say("stdout", "looping");
      case "nonsense" -> {
        messages.send("stdout"); // one frame
        messages.sendMore("stdout");
        messages.sendMore("three");
        messages.send("frames");
        say("stdnothing", "unknown");
        say("completion", "not asked for, not JSON");
        say("media", "{broken");
        say("stdout", "survived");
        say("finished", "{}");
      }
      default -> {
        var text = source.getBytes(StandardCharsets.UTF_8);
        for (var b : text) { // characters are cut in their middle
          messages.sendMore("stdout");
          messages.send(new byte[] {b});
        }
        say("finished", "{}");
      }
    }
  }

  private void status() {
    var key = "started_at".getBytes(StandardCharsets.US_ASCII);
    messages.sendMore("status");
    messages.send(
        ByteBuffer.allocate(20)
            .put((byte) 0x81)
            .put((byte) (0xa0 | key.length))
            .put(key)
            .put((byte) 0xca)
            .putFloat(1.5f)
            .flip()
            .array());
  }

  private void say(String type, String body) {
    messages.sendMore(type);
    messages.send(body);
  }

  @Override
  public void close() {
    closing = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
