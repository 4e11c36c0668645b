package org.polykern.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.CookieManager;
import java.net.HttpCookie;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.polykern.cli.client.ApiClient;

/** What a notebook's page does: a kernel by HTTP, its messages by a WebSocket. */
final class Jupyter {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private Jupyter() {}

  /** The body of a page. */
  static String get(URI address) throws IOException, InterruptedException {
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpResponse<String> answer =
          http.send(
              HttpRequest.newBuilder(address).timeout(PATIENCE).build(), BodyHandlers.ofString());
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      return answer.body();
    }
  }

  /** What a piece of code prints in a kernel of its own. */
  static String run(URI address, String code) throws IOException, InterruptedException {
    CookieManager cookies = new CookieManager();
    try (HttpClient http = HttpClient.newBuilder().cookieHandler(cookies).build()) {
      // Its page hands out the token that changes want.
      http.send(
          HttpRequest.newBuilder(address.resolve("/tree")).timeout(PATIENCE).build(),
          BodyHandlers.discarding());
      String token =
          cookies.getCookieStore().getCookies().stream()
              .filter(cookie -> cookie.getName().equals("_xsrf"))
              .map(HttpCookie::getValue)
              .findFirst()
              .orElse("");
      HttpRequest create =
          HttpRequest.newBuilder(address.resolve("/api/kernels"))
              .timeout(PATIENCE)
              .header("Content-Type", "application/json")
              .header("X-XSRFToken", token)
              .POST(HttpRequest.BodyPublishers.ofString("{}"))
              .build();
      HttpResponse<String> created = http.send(create, BodyHandlers.ofString());
      assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
      String kernel = ApiClient.JSON.readTree(created.body()).path("id").asText();
      Messages messages = new Messages();
      URI channels =
          URI.create(
              address.toString().replaceFirst("^http", "ws")
                  + "/api/kernels/"
                  + kernel
                  + "/channels");
      WebSocket socket =
          http.newWebSocketBuilder().connectTimeout(PATIENCE).buildAsync(channels, messages).join();
      socket.sendText(request(code).toString(), true).join();
      String printed = messages.printed();
      socket.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
      socket.abort();
      return printed;
    }
  }

  private static ObjectNode request(String code) {
    ObjectNode message = ApiClient.JSON.createObjectNode().put("channel", "shell");
    message
        .putObject("header")
        .put("msg_id", UUID.randomUUID().toString())
        .put("username", "work")
        .put("session", UUID.randomUUID().toString())
        .put("msg_type", "execute_request")
        .put("version", "5.3");
    message.putObject("parent_header");
    message.putObject("metadata");
    message
        .putObject("content")
        .put("code", code)
        .put("silent", false)
        .put("store_history", true)
        .put("allow_stdin", false)
        .putObject("user_expressions");
    return message;
  }

  private static final class Messages implements WebSocket.Listener {
    private final BlockingQueue<String> texts = new LinkedBlockingQueue<>();
    private final StringBuilder text = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
      text.append(data);
      if (last) {
        texts.add(text.toString());
        text.setLength(0);
      }
      socket.request(1);
      return null;
    }

    /** What the kernel prints until it is idle after the request. */
    String printed() throws IOException, InterruptedException {
      StringBuilder printed = new StringBuilder();
      boolean replied = false;
      boolean idle = false;
      while (!replied || !idle) {
        String next = texts.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertThat(next).as("a message, after: %s", printed).isNotNull();
        JsonNode message = ApiClient.JSON.readTree(next);
        boolean ours =
            message.path("parent_header").path("msg_type").asText().equals("execute_request");
        switch (message.path("msg_type").asText()) {
          case "stream" -> printed.append(message.path("content").path("text").asText());
          case "execute_reply" -> replied = true;
          case "status" ->
              idle |=
                  ours && message.path("content").path("execution_state").asText().equals("idle");
          default -> {
            // Busy, and what the page shows of it.
          }
        }
      }
      return printed.toString();
    }
  }
}
