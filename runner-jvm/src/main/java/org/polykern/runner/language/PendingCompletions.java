package org.polykern.runner.language;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.polykern.runner.loop.EventLoop;

/**
 * Requests for completion that wait for an interpreter. Each is answered once, and with nothing
 * when no answer comes within the limit. Confined to the loop thread.
 */
public final class PendingCompletions {
  private static final Duration LIMIT = Duration.ofSeconds(5);

  private record Asked(String id, EventLoop.Timer limit) {}

  private final EventLoop loop;
  private final Language.Listener listener;
  private final Map<Integer, Asked> waiting = new HashMap<>();
  private int last;

  public PendingCompletions(EventLoop loop, Language.Listener listener) {
    this.loop = loop;
    this.listener = listener;
  }

  /** Notes a request; its number goes to the interpreter. */
  public int ask(String id) {
    int number = ++last;
    EventLoop.Timer limit = loop.after(LIMIT, () -> answer(number, ""));
    waiting.put(number, new Asked(id, limit));
    return number;
  }

  /**
   * Answers, unless that has been done.
   *
   * @param items JSON texts with commas between them
   */
  public void answer(int number, String items) {
    Asked asked = waiting.remove(number);
    if (asked != null) {
      asked.limit().cancel();
      say(asked.id(), items);
    }
  }

  /** Answers at once that there is nothing. */
  public void nothing(String id) {
    listener.noCompletion(id);
  }

  /** No more answers can come. */
  public void abandon() {
    for (Integer number : List.copyOf(waiting.keySet())) {
      answer(number, "");
    }
  }

  private void say(String id, String items) {
    String json = "{\"suggestions\": [" + items + "]}";
    listener.completion(id, json.getBytes(StandardCharsets.UTF_8));
  }
}
