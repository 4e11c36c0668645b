package org.polykern.cli.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Drives one run of code to its end over the execute stream. A connection that breaks is replaced:
 * the server keeps the output of the run, and goes on behind the last message that came here. A
 * line that was typed into a connection that broke is typed again if the program still waits for
 * just that one.
 */
public final class RunLoop {
  /** How long broken connections are replaced without a word. */
  static final Duration SILENCE = Duration.ofSeconds(30);

  /** How long they are replaced at all. */
  static final Duration PATIENCE = Duration.ofMinutes(10);

  private static final int MAX_MESSAGE = 16 << 20;
  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

  /** The server says something every 20 seconds. */
  private static final Duration DEAF = Duration.ofSeconds(65);

  private static final long NO_QUESTION = -1;

  private final SessionClient sessions;
  private final RunListener listener;
  private final Pause pause;
  private final LongSupplier nanos;

  // Set anew for each run, by the thread that runs it.
  private String session = "";
  private volatile String runId = "";
  private volatile @Nullable ApiSocket current;
  private long offset;
  private boolean begun;
  private long answered = NO_QUESTION;
  private String answer = "";

  /** Waits between two tries; tests do not. */
  @FunctionalInterface
  interface Pause {
    void sleep(Duration duration) throws InterruptedException;
  }

  public RunLoop(SessionClient sessions, RunListener listener) {
    this(sessions, listener, Thread::sleep, System::nanoTime);
  }

  RunLoop(SessionClient sessions, RunListener listener, Pause pause, LongSupplier nanos) {
    this.sessions = sessions;
    this.listener = listener;
    this.pause = pause;
    this.nanos = nanos;
  }

  /**
   * Runs code to its end.
   *
   * @return the last answer; its status is {@code finished}
   */
  public RunStep run(String target, String code) {
    return follow(target, ApiClient.JSON.createObjectNode().put("mode", "query").put("code", code));
  }

  /**
   * Cleans, builds and executes; as {@link #run}.
   *
   * @return the answer of the execution, with exit code 127 when the build failed
   */
  public RunStep runBatch(String target, BatchCommands commands) {
    ObjectNode first = ApiClient.JSON.createObjectNode().put("mode", "batch");
    first
        .putObject("options")
        .put("clean", commands.clean())
        .put("build", commands.build())
        .put("exec", commands.exec());
    return follow(target, first);
  }

  /** Interrupts the run, as Ctrl-C would, and no other; any thread. */
  public void interrupt() {
    sessions.interrupt(session, runId);
  }

  /** Leaves the run, which the server then interrupts; any thread. Never fails. */
  public void leave() {
    ApiSocket socket = current;
    if (socket != null) {
      socket.close(1000, "");
    }
  }

  private RunStep follow(String target, ObjectNode first) {
    session = target;
    runId = UUID.randomUUID().toString().replace("-", "");
    offset = 0;
    begun = false;
    answered = NO_QUESTION;
    first.put("runId", runId).put("resumable", true);
    requireSendable(first);
    long brokenSince = 0;
    Duration next = FIRST_PAUSE;
    boolean connected = false;
    while (true) {
      long before = offset;
      ClientException failure;
      try (ApiSocket socket = sessions.execution(target)) {
        connected = true;
        current = socket;
        RunStep end = converse(socket, first);
        if (end != null) {
          return end;
        }
        failure = new UnreachableException(sessions.endpoint(), true, "it was cut", null);
      } catch (UnreachableException e) {
        failure = e;
      } catch (ApiException e) {
        if (e.status() < 502 || e.status() > 504) {
          throw e;
        }
        failure = e;
      } finally {
        current = null;
      }
      if (!connected) {
        throw failure;
      }
      if (brokenSince == 0 || offset > before) {
        brokenSince = nanos.getAsLong();
        next = FIRST_PAUSE;
      }
      Duration broken = Duration.ofNanos(nanos.getAsLong() - brokenSince);
      if (broken.compareTo(PATIENCE) > 0) {
        throw failure;
      }
      if (broken.compareTo(SILENCE) > 0) {
        listener.reconnecting(failure);
      }
      rest(next, failure);
      next =
          next.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? next.multipliedBy(2) : LONGEST_PAUSE;
    }
  }

  /** The server cuts a connection off that sends more, which would look like a broken network. */
  private static void requireSendable(ObjectNode first) {
    int bytes = first.toString().getBytes(StandardCharsets.UTF_8).length;
    if (bytes > MAX_MESSAGE) {
      throw new ApiException(
          413,
          "",
          "The code is too long",
          "Expected a message of at most " + MAX_MESSAGE + " bytes, but it has " + bytes + ".",
          MissingNode.getInstance());
    }
  }

  /** One connection; null when it broke, or when the server asks to come back. */
  private @Nullable RunStep converse(ApiSocket socket, ObjectNode first) {
    socket.send((begun ? goOn() : first).toString());
    boolean kept = false;
    try {
      while (true) {
        ApiSocket.Message message = next(socket);
        if (!(message instanceof ApiSocket.Text text)) {
          kept = true;
          return null;
        }
        JsonNode body = parse(text.text());
        String status = body.path("status").asText();
        if (status.equals("server-restarting") || isAway(body)) {
          kept = true;
          return null;
        }
        if (status.equals("error")) {
          kept = true;
          throw refusal(body);
        }
        RunStep step = RunStep.of(body);
        if (take(socket, step, body)) {
          kept = true;
          return step;
        }
      }
    } catch (UnreachableException e) {
      kept = true;
      throw e;
    } finally {
      if (!kept) {
        socket.close(1000, ""); // something here broke: nobody will come back for the run
      }
    }
  }

  private ObjectNode goOn() {
    return ApiClient.JSON
        .createObjectNode()
        .put("mode", "continue")
        .put("runId", runId)
        .put("offset", offset);
  }

  private static ApiSocket.@Nullable Message next(ApiSocket socket) {
    try {
      return socket.next(DEAF);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Expected to wait for the program, but was interrupted", e);
    }
  }

  /** True at the end of the run. */
  private boolean take(ApiSocket socket, RunStep step, JsonNode body) {
    begun = true;
    if (!step.console().isEmpty()) {
      listener.output(step.console());
    }
    offset = body.path("offset").asLong(offset);
    switch (step.status()) {
      case "continued" -> {}
      case "finished" -> {
        return true;
      }
      case "clean-finished", "build-finished" ->
          listener.stepFinished(step.status().split("-", 2)[0], step.exitCode());
      case "waiting-input" ->
          answer(socket, step.password(), body.path("options").path("question").asLong());
      default ->
          throw new ApiException(
              200,
              "",
              "Expected a known run status, but the server answered '" + step.status() + "'.",
              "",
              MissingNode.getInstance());
    }
    return false;
  }

  private void answer(ApiSocket socket, boolean password, long question) {
    if (question != answered) {
      String line = listener.input(password);
      if (line == null) {
        interrupt();
        return;
      }
      answer = line;
      answered = question;
    }
    socket.send(answer);
  }

  /** The agent restarts, or does not answer now: the run outlives that. */
  private static boolean isAway(JsonNode body) {
    return body.path("status").asText().equals("error")
        && body.path("problem").asText().equals("service-unavailable");
  }

  private static ApiException refusal(JsonNode body) {
    return new ApiException(
        200,
        body.path("problem").asText(""),
        body.path("msg").asText("The server ended the run's stream."),
        "",
        MissingNode.getInstance());
  }

  private static JsonNode parse(String text) {
    try {
      return ApiClient.JSON.readTree(text);
    } catch (JsonProcessingException e) {
      return MissingNode.getInstance();
    }
  }

  private void rest(Duration duration, ClientException reason) {
    try {
      pause.sleep(duration);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw reason;
    }
  }
}
