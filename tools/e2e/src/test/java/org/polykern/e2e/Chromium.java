package org.polykern.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** A headless Chromium with one page, driven by its DevTools protocol. */
final class Chromium implements AutoCloseable, WebSocket.Listener {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Path profile;
  private final Process process;
  private final ConcurrentHashMap<Integer, CompletableFuture<JsonNode>> asked =
      new ConcurrentHashMap<>();
  private final List<String> complaints = new CopyOnWriteArrayList<>();
  private final AtomicInteger numbers = new AtomicInteger();
  private final StringBuilder message = new StringBuilder();
  private final WebSocket socket;
  private @Nullable String page;

  /** Where it is; null when there is none. */
  static @Nullable Path program() {
    return Stream.of(System.getenv("PATH").split(":", -1))
        .map(directory -> Path.of(directory, "chromium"))
        .filter(Files::isExecutable)
        .findFirst()
        .orElse(null);
  }

  Chromium(Path program) throws IOException {
    profile = Files.createTempDirectory("polykern-chromium-");
    process =
        new ProcessBuilder(
                program.toString(),
                "--headless=new",
                "--no-sandbox", // it refuses to have one as root
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--window-size=1000,700",
                "--remote-debugging-port=0",
                "--user-data-dir=" + profile,
                "about:blank")
            .redirectErrorStream(true)
            .redirectOutput(profile.resolve("log").toFile())
            .start();
    Path told = profile.resolve("DevToolsActivePort");
    Awaitility.await()
        .atMost(PATIENCE)
        .until(() -> Files.exists(told) && Files.readAllLines(told).size() >= 2);
    List<String> lines = Files.readAllLines(told);
    socket =
        HttpClient.newHttpClient()
            .newWebSocketBuilder()
            .buildAsync(URI.create("ws://127.0.0.1:" + lines.get(0) + lines.get(1)), this)
            .join();
    String target =
        ask("Target.createTarget", JSON.createObjectNode().put("url", "about:blank"))
            .path("targetId")
            .asText();
    page =
        ask(
                "Target.attachToTarget",
                JSON.createObjectNode().put("targetId", target).put("flatten", true))
            .path("sessionId")
            .asText();
    for (String domain : List.of("Page", "Runtime", "Network", "Log")) {
      ask(domain + ".enable", JSON.createObjectNode());
    }
  }

  @Override
  public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
    message.append(data);
    if (last) {
      try {
        take(JSON.readTree(message.toString()));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      message.setLength(0);
    }
    from.request(1);
    return null;
  }

  private void take(JsonNode told) {
    if (told.has("id")) {
      asked.remove(told.path("id").asInt()).complete(told);
      return;
    }
    JsonNode params = told.path("params");
    switch (told.path("method").asText()) {
      case "Runtime.exceptionThrown" -> complaints.add(params.path("exceptionDetails").toString());
      case "Log.entryAdded" -> complaints.add(params.path("entry").path("text").asText());
      default -> {}
    }
  }

  /** A command of the protocol, and its result. */
  JsonNode ask(String method, ObjectNode params) {
    int number = numbers.incrementAndGet();
    CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    asked.put(number, answer);
    ObjectNode command = JSON.createObjectNode().put("id", number).put("method", method);
    command.set("params", params);
    if (page != null) {
      command.put("sessionId", page);
    }
    socket.sendText(command.toString(), true).join();
    JsonNode told = answer.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    if (told.has("error")) {
      throw new IllegalStateException(method + ": " + told.path("error"));
    }
    return told.path("result");
  }

  void go(String address) {
    ask("Page.navigate", JSON.createObjectNode().put("url", address));
  }

  /** The value of an expression in the page; a promise is waited for. */
  JsonNode value(String expression) {
    JsonNode result =
        ask(
            "Runtime.evaluate",
            JSON.createObjectNode()
                .put("expression", expression)
                .put("returnByValue", true)
                .put("awaitPromise", true));
    if (result.has("exceptionDetails")) {
      throw new IllegalStateException(expression + ": " + result.path("exceptionDetails"));
    }
    return result.path("result").path("value");
  }

  String text(String expression) {
    return value(expression).asText();
  }

  /** As from a keyboard; a line feed is the Enter key. */
  void type(String text) {
    text.chars()
        .forEach(c -> {
          if (c == '\n') {
            key("Enter", "Enter", 13, 0);
          } else {
            String letter = Character.toString(c);
            press("keyDown", JSON.createObjectNode().put("key", letter).put("text", letter));
            press("keyUp", JSON.createObjectNode().put("key", letter));
          }
        });
  }

  /** One key; {@code modifiers}: 2 is Ctrl, 8 is Shift. */
  void key(String key, String code, int number, int modifiers) {
    for (String kind : List.of("rawKeyDown", "keyUp")) {
      press(
          kind,
          JSON.createObjectNode()
              .put("key", key)
              .put("code", code)
              .put("windowsVirtualKeyCode", number)
              .put("modifiers", modifiers));
    }
  }

  private void press(String kind, ObjectNode key) {
    ask("Input.dispatchKeyEvent", key.put("type", kind));
  }

  /** The network goes away, or comes back. */
  void offline(boolean away) {
    ask(
        "Network.emulateNetworkConditions",
        JSON.createObjectNode()
            .put("offline", away)
            .put("latency", 0)
            .put("downloadThroughput", -1)
            .put("uploadThroughput", -1));
  }

  void resize(int width, int height) {
    ask(
        "Emulation.setDeviceMetricsOverride",
        JSON.createObjectNode()
            .put("width", width)
            .put("height", height)
            .put("deviceScaleFactor", 1)
            .put("mobile", false));
  }

  /** What the page or the browser found wrong. */
  List<String> complaints() {
    return complaints;
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().waitFor();
      }
      try (Stream<Path> files = Files.walk(profile)) {
        files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
