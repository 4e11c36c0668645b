package org.polykern.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

/** A client of server-sent events, as strict as the Python SDK: every line must have a colon. */
final class EventStream implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  record Event(String id, String name, JsonNode data) {}

  private final List<Event> events = new CopyOnWriteArrayList<>();
  private final InputStream body;
  private final Thread reader;
  private volatile boolean heard;
  private volatile String nonsense;

  private EventStream(InputStream body) {
    this.body = body;
    this.reader = Thread.ofVirtual().start(this::read);
  }

  /** Returns when the server has said that it listens. */
  static EventStream open(HttpRequest.Builder request) {
    try {
      var answer = HTTP.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.headers().firstValue("Content-Type")).contains("text/event-stream");
      assertThat(answer.headers().firstValue("Cache-Control")).contains("no-cache");
      var stream = new EventStream(answer.body());
      await().until(() -> stream.heard);
      return stream;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  List<Event> all() {
    return List.copyOf(events);
  }

  List<String> names() {
    return events.stream().map(Event::name).collect(Collectors.toList());
  }

  List<Event> events(UUID session) {
    return events.stream()
        .filter(event -> event.data.path("sessionId").asText().equals(session.toString()))
        .collect(Collectors.toList());
  }

  void awaitNames(UUID session, List<String> names) {
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() ->
            assertThat(events(session).stream().map(Event::name)).containsExactlyElementsOf(names));
    assertThat(nonsense).isNull();
  }

  void awaitCount(int count) {
    await().atMost(Duration.ofSeconds(30)).until(() -> events.size() >= count);
  }

  void awaitEnd() {
    await().atMost(Duration.ofSeconds(30)).until(() -> !reader.isAlive());
    assertThat(nonsense).isNull();
  }

  private void read() {
    String id = null;
    String name = null;
    var data = new StringBuilder();
    try (var lines = body) {
      var reader =
          new java.io.BufferedReader(new java.io.InputStreamReader(lines, StandardCharsets.UTF_8));
      for (var line = reader.readLine(); line != null; line = reader.readLine()) {
        heard = true;
        if (line.isEmpty()) {
          if (name != null) {
            events.add(new Event(id, name, JSON.readTree(data.toString())));
          }
          id = null;
          name = null;
          data.setLength(0);
        } else if (line.startsWith("id: ")) {
          id = line.substring(4);
        } else if (line.startsWith("event: ")) {
          name = line.substring(7);
        } else if (line.startsWith("data: ")) {
          data.append(line.substring(6));
        } else if (!line.startsWith(":")) {
          nonsense = line;
        }
      }
    } catch (IOException closed) {
      // Closed by the test, or by the server: what was read counts.
    }
  }

  @Override
  public void close() {
    try {
      body.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
