package org.polykern.agent.runnerlink;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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

/** Callers that wait for suggestions. Thread-safe. */
final class Completions {
  private static final int MAX_PENDING = 64;
  private static final int MAX_SUGGESTIONS = 1000;

  private final Map<String, CompletableFuture<List<String>>> pending = new ConcurrentHashMap<>();

  /**
   * Asks and waits.
   *
   * @param ask sends the question under the given id
   * @return empty when no answer comes in time
   */
  List<String> ask(Consumer<String> ask, Duration limit) {
    if (pending.size() >= MAX_PENDING) {
      throw Problem.of(ProblemCode.UNAVAILABLE, "Too many completions are being computed already.")
          .toException();
    }
    var id = UUID.randomUUID().toString();
    var answer = new CompletableFuture<List<String>>();
    pending.put(id, answer);
    try {
      ask.accept(id);
      return answer.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      return List.of();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return List.of();
    } finally {
      pending.remove(id);
    }
  }

  /** Takes {@code {"suggestions": [text]}}, or the bare list of older runners. */
  void answered(String id, byte[] body) throws IOException {
    var answer = pending.remove(id);
    if (answer != null) {
      var told = LinkMessage.json(body);
      JsonNode suggestions = told.isArray() ? told : told.path("suggestions");
      var found = new ArrayList<String>();
      for (var suggestion : suggestions) {
        if (found.size() < MAX_SUGGESTIONS) {
          found.add(suggestion.asText());
        }
      }
      answer.complete(found);
    }
  }
}
