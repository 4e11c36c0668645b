package org.polykern.agent.runnerlink;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.polykern.common.problem.Problem;
import org.polykern.common.problem.ProblemCode;
import org.polykern.common.problem.ProblemException;

/** Callers that wait for an answer which carries their question's id. Thread-safe. */
final class Questions {
  private static final int MAX_PENDING = 256;

  private record Pending(RunnerQuestion question, CompletableFuture<JsonNode> answer) {}

  private final Map<String, Pending> pending = new ConcurrentHashMap<>();
  private volatile boolean closed;

  JsonNode ask(RunnerQuestion question, Consumer<String> send, Duration limit) {
    if (pending.size() >= MAX_PENDING) {
      throw unavailable("too many questions wait for its answer already").toException();
    }
    var id = UUID.randomUUID().toString();
    var answer = new CompletableFuture<JsonNode>();
    pending.put(id, new Pending(question, answer));
    try {
      if (closed) {
        throw unavailable("it has ended").toException();
      }
      send.accept(id);
      return answer.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw Problem.of(
              ProblemCode.OUTCOME_UNKNOWN,
              "Expected the kernel's runner to answer "
                  + question.type()
                  + " within "
                  + limit.toSeconds()
                  + " s, but it did not; try again, or restart the session.")
          .toException();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof ProblemException problem
          ? problem
          : unavailable(String.valueOf(e.getCause())).toException();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unavailable("the agent stops").toException();
    } finally {
      pending.remove(id);
    }
  }

  /** Late answers, and those to other questions, are nobody's. */
  void answered(String type, String id, byte[] body) throws IOException {
    var waiting = pending.get(id);
    if (waiting != null && waiting.question().answer().equals(type)) {
      try {
        waiting.answer().complete(LinkMessage.json(body));
      } catch (IOException e) {
        waiting.answer().completeExceptionally(unavailable("its answer is not JSON").toException());
        throw e;
      }
    }
  }

  /** Nobody waits any longer. */
  void close() {
    closed = true;
    var problem = unavailable("it has ended").toException();
    pending.values().forEach(waiting -> waiting.answer().completeExceptionally(problem));
  }

  private static Problem unavailable(String why) {
    return Problem.of(
        ProblemCode.UNAVAILABLE, "Expected the kernel's runner to answer, but " + why + ".");
  }
}
