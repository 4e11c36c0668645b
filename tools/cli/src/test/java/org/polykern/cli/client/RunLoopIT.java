package org.polykern.cli.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.polykern.cli.StreamServer;
import org.polykern.cli.StreamServer.Frame;
import org.polykern.cli.StreamServer.Peer;

/** Runs over connections that break. */
class RunLoopIT {
  private final List<String> told = new ArrayList<>();
  private final List<JsonNode> firsts = new CopyOnWriteArrayList<>();
  private final AtomicLong clock = new AtomicLong();

  private RunStep run(StreamServer.Script script) throws IOException {
    try (StreamServer server = new StreamServer(script);
        ApiClient api = new ApiClient(ClientConfig.load(server.environment(), Path.of("")))) {
      RunLoop.Pause pause = time -> clock.addAndGet(time.toNanos());
      return new RunLoop(new SessionClient(api), new Recorder(), pause, clock::get)
          .run("mine", "x");
    }
  }

  private JsonNode first(Peer peer) throws IOException {
    JsonNode first = ApiClient.JSON.readTree(peer.next().text());
    firsts.add(first);
    return first;
  }

  private static String message(String status, long offset, String text) {
    String console = text.isEmpty() ? "" : "[\"stdout\", \"" + text + "\"]";
    return """
    {"runId": "r", "status": "%s", "exitCode": 4, "options": {"question": 7}, "files": [],
     "offset": %d, "console": [%s]}\
    """
        .formatted(status, offset, console);
  }

  @Test
  void shouldNameItsRunAndEndWithIt() throws IOException {
    RunStep end =
        run(peer -> {
          JsonNode first = first(peer);
          assertThat(first.path("mode").asText()).isEqualTo("query");
          assertThat(first.path("code").asText()).isEqualTo("x");
          assertThat(first.path("resumable").asBoolean()).isTrue();
          peer.send(message("continued", 0, ""));
          peer.send(message("build-finished", 1, ""));
          peer.send(message("finished", 2, "out"));
          peer.close(1000, "");
        });
    assertThat(end.exitCode()).isEqualTo(4);
    assertThat(told).containsExactly("step build", "out");
    assertThat(firsts.getFirst().path("runId").asText()).hasSize(32);
  }

  @Test
  void shouldGoOnBehindTheLastMessageThatCame() throws IOException {
    Random random = new Random(7);
    AtomicInteger at = new AtomicInteger();
    RunStep end =
        run(peer -> {
          JsonNode first = first(peer);
          int from = first.path("offset").asInt();
          if (firsts.size() > 1 && from > 0) {
            assertThat(first.path("mode").asText()).isEqualTo("continue");
            assertThat(first.path("runId")).isEqualTo(firsts.getFirst().path("runId"));
          }
          for (int next = from + 1; next <= 40; next++) {
            if (random.nextInt(3) == 0) {
              return; // cut
            }
            at.set(next);
            peer.send(message(next == 40 ? "finished" : "continued", next, next + " "));
          }
          peer.next();
        });
    assertThat(end.status()).isEqualTo("finished");
    List<String> expected = new ArrayList<>();
    for (int i = 1; i <= 40; i++) {
      expected.add(i + " ");
    }
    assertThat(told).as("nothing lost, doubled or said about it").isEqualTo(expected);
    assertThat(firsts).hasSizeGreaterThan(10);
  }

  @Test
  void shouldBeginAgainUnderTheSameNameWhenNothingCame() throws IOException {
    run(peer -> {
      JsonNode first = first(peer);
      assertThat(first.path("mode").asText()).isEqualTo("query");
      if (firsts.size() > 2) {
        peer.send(message("finished", 1, ""));
        peer.next();
      }
    });
    assertThat(firsts.stream().map(f -> f.path("runId").asText()).distinct()).hasSize(1);
  }

  @Test
  void shouldTypeALineAgainOnlyIfTheSameQuestionIsOpen() throws IOException {
    List<String> lines = new CopyOnWriteArrayList<>();
    run(peer -> {
      first(peer);
      peer.send(message("waiting-input", 5, ""));
      Frame line = peer.next();
      lines.add(line.text());
      if (firsts.size() > 1) {
        peer.send(message("waiting-input", 9, "").replace("7", "8"));
        lines.add(peer.next().text());
        peer.send(message("finished", 12, ""));
        peer.next();
      }
    });
    assertThat(told).as("a person is asked twice").containsExactly("input", "input");
    assertThat(lines).containsExactly("line 1", "line 1", "line 2");
  }

  @Test
  void shouldComeBackToAServerThatRestarts() throws IOException {
    run(peer -> {
      first(peer);
      if (firsts.size() == 1) {
        peer.send("{\"status\": \"server-restarting\", \"msg\": \"wait\"}");
        peer.close(1012, "");
      } else if (firsts.size() == 2) {
        peer.send("{\"status\": \"error\", \"msg\": \"no\", \"problem\": \"service-unavailable\"}");
        peer.close(1013, "");
      } else {
        peer.send(message("finished", 1, ""));
      }
      peer.next();
    });
    assertThat(firsts).hasSize(3);
    assertThat(told).isEmpty();
  }

  @Test
  void shouldSaySoAfterHalfAMinuteAndGiveUpInTheEnd() {
    // A real close each time, since noticing a cut takes its time.
    assertThatThrownBy(() ->
            run(peer -> {
              first(peer);
              peer.close(1012, "");
              peer.next();
            }))
        .isInstanceOf(UnreachableException.class);
    assertThat(told).isNotEmpty().containsOnly("reconnecting");
    assertThat(Duration.ofNanos(clock.get())).isBetween(RunLoop.PATIENCE, Duration.ofMinutes(11));
    assertThat(firsts.size() - told.size()).as("tries in silence").isBetween(15, 25);
  }

  @Test
  void shouldGiveUpAtOnceWhenTheServerRefuses() {
    assertThatThrownBy(() ->
            run(peer -> {
              first(peer);
              peer.send(
                  "{\"status\": \"error\", \"msg\": \"Run r is not known here.\","
                      + " \"problem\": \"object-not-found\"}");
              peer.close(1007, "");
            }))
        .isInstanceOf(ApiException.class)
        .hasMessageContaining("not known here");
    assertThat(firsts).hasSize(1);
  }

  @Test
  void shouldRefuseAStatusItDoesNotKnow() {
    assertThatThrownBy(() ->
            run(peer -> {
              first(peer);
              peer.send(message("pondering", 1, ""));
              peer.next();
            }))
        .hasMessageContaining("'pondering'");
  }

  private final class Recorder implements RunListener {
    @Override
    public void output(List<RunStep.Item> items) {
      items.forEach(item -> told.add(item.value().asText()));
    }

    @Override
    public void stepFinished(String name, Integer exitCode) {
      told.add("step " + name);
    }

    @Override
    public String input(boolean password) {
      told.add("input");
      return "line " + told.size();
    }

    @Override
    public void reconnecting(ClientException reason) {
      told.add("reconnecting");
    }
  }
}
