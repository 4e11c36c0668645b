package org.polykern.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A server with a script: answers per route in order, the last one for ever. It checks every
 * signature against the request as it arrived, with its own arithmetic.
 */
public final class SignedServer implements AutoCloseable {
  public static final String ACCESS_KEY = "AKIATESTTESTTESTTEST";
  public static final String SECRET_KEY = "secretsecretsecretsecretsecretsecretsecr";

  /** One request as it arrived; the body as Latin-1, so that bytes survive. */
  public record Seen(String method, String target, String contentType, String body) {
    public String route() {
      return method + " " + target;
    }
  }

  /** The body as Latin-1, as in {@link Seen}. */
  record Answer(int status, String type, String body) {}

  private final HttpServer server;
  private final Map<String, Deque<Answer>> script = new ConcurrentHashMap<>();
  private final List<Seen> seen = new CopyOnWriteArrayList<>();

  public SignedServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::handle);
    server.start();
  }

  public String endpoint() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  public Map<String, String> environment() {
    return Map.of(
        "BACKEND_ENDPOINT", endpoint(),
        "BACKEND_ACCESS_KEY", ACCESS_KEY,
        "BACKEND_SECRET_KEY", SECRET_KEY);
  }

  public SignedServer on(String route, int status, String json) {
    return on(route, status, "application/json", json.getBytes(StandardCharsets.UTF_8));
  }

  public SignedServer on(String route, int status, String type, byte[] body) {
    script
        .computeIfAbsent(route, r -> new ArrayDeque<>())
        .add(new Answer(status, type, new String(body, StandardCharsets.ISO_8859_1)));
    return this;
  }

  /** From now on this answer only. */
  public void replace(String route, int status, String json) {
    script.remove(route);
    on(route, status, json);
  }

  /** A refusal as the real server words it. */
  public SignedServer refuse(String route, int status, String kind, String title, String msg) {
    String problem =
        """
        {"type": "https://api.backend.ai/probs/%s", "title": "%s", "msg": "%s"}\
        """
            .formatted(kind, title, msg);
    return on(route, status, "application/problem+json", problem.getBytes(StandardCharsets.UTF_8));
  }

  public List<Seen> seen() {
    return seen;
  }

  public List<String> routes() {
    return seen.stream().map(Seen::route).toList();
  }

  /** The bodies of all requests to a route, in order. */
  public List<String> bodies(String route) {
    return seen.stream().filter(s -> s.route().equals(route)).map(Seen::body).toList();
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      String target = exchange.getRequestURI().toString();
      String type = exchange.getRequestHeaders().getFirst("Content-Type");
      Seen request =
          new Seen(
              exchange.getRequestMethod(),
              target,
              type == null ? "" : type,
              new String(body, StandardCharsets.ISO_8859_1));
      reply(exchange, answer(exchange.getRequestHeaders()::getFirst, request));
    }
  }

  /** What the script says to a request, which counts as seen. */
  Answer answer(UnaryOperator<String> header, Seen request) {
    seen.add(request);
    if (!signed(header, request)) {
      return new Answer(401, "text/plain", "");
    }
    Deque<Answer> answers = script.get(request.route());
    if (answers == null) {
      String none = "{\"title\":\"No script for this route.\"}";
      return new Answer(404, "application/problem+json", none);
    }
    synchronized (answers) {
      return answers.size() > 1 ? answers.remove() : answers.element();
    }
  }

  private static void reply(HttpExchange exchange, Answer answer) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", answer.type());
    byte[] body = answer.body().getBytes(StandardCharsets.ISO_8859_1);
    exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
    if (body.length > 0) {
      exchange.getResponseBody().write(body);
    }
  }

  static boolean signed(UnaryOperator<String> header, Seen request) {
    String date = header.apply("X-BackendAI-Date");
    String host = header.apply("Host");
    String type =
        request.contentType().isEmpty()
            ? "application/octet-stream"
            : request.contentType().split(";", 2)[0];
    String text =
        request.method()
            + "\n"
            + request.target()
            + "\n"
            + date
            + "\nhost:"
            + host
            + "\ncontent-type:"
            + type
            + "\nx-backendai-version:"
            + header.apply("X-BackendAI-Version")
            + "\ne3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    byte[] key =
        hmac(
            SECRET_KEY.getBytes(StandardCharsets.US_ASCII), date.substring(0, 10).replace("-", ""));
    String expected = HexFormat.of().formatHex(hmac(hmac(key, host), text));
    return ("BackendAI signMethod=HMAC-SHA256, credential=" + ACCESS_KEY + ":" + expected)
        .equals(header.apply("Authorization"));
  }

  private static byte[] hmac(byte[] key, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }
}
