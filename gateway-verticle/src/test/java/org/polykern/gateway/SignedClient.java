package org.polykern.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs and sends requests the way the SDKs do, written from the specification without a look at
 * the server's code.
 */
final class SignedClient {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String EMPTY_HASH =
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
  private static final HttpClient HTTP_2 = HttpClient.newHttpClient();
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  record Reply(
      int status,
      Map<String, java.util.List<String>> headers,
      Buffer body,
      HttpClient.Version version) {
    JsonNode json() {
      try {
        return JSON.readTree(body.getBytes());
      } catch (IOException e) {
        throw new UncheckedIOException(text(), e);
      }
    }

    String text() {
      return body.toString();
    }

    String header(String name) {
      return headers
          .getOrDefault(name.toLowerCase(java.util.Locale.ROOT), java.util.List.of(""))
          .getFirst();
    }

    String problem() {
      return json().path("type").asText().replace("https://api.backend.ai/probs/", "");
    }

    String message() {
      return json().path("msg").asText();
    }
  }

  private final int port;
  private final String accessKey;
  private final String secret;

  /** Offers the upgrade to HTTP/2. */
  boolean http2;

  Duration timeout = Duration.ofSeconds(30);

  /** Sent instead of the method that is signed, for X-Method-Override. */
  String wireMethod;

  final Map<String, String> extraHeaders = new LinkedHashMap<>();

  SignedClient(int port, String accessKey, String secret) {
    this.port = port;
    this.accessKey = accessKey;
    this.secret = secret;
  }

  Reply get(String target) {
    return send("GET", target, null, null);
  }

  Reply delete(String target) {
    return send("DELETE", target, null, null);
  }

  Reply post(String target, Object body) {
    return json("POST", target, body);
  }

  Reply json(String method, String target, Object body) {
    try {
      return send(method, target, "application/json", JSON.writeValueAsBytes(body));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Reply send(String method, String target, String contentType, byte[] body) {
    return exchange(signed(method, target, contentType, body));
  }

  HttpRequest.Builder signed(String method, String target, String contentType, byte[] body) {
    var request = unsigned(wireMethod == null ? method : wireMethod, target, contentType, body);
    signature(method, target, contentType).forEach(request::header);
    return request;
  }

  /** Fails with a WebSocketHandshakeException that has the answer when there is no upgrade. */
  CompletableFuture<WebSocket> webSocket(
      String target, WebSocket.Listener listener, String... subprotocols) {
    var builder = HTTP.newWebSocketBuilder().connectTimeout(timeout);
    signature("GET", target, null).forEach(builder::header);
    extraHeaders.forEach(builder::header);
    if (subprotocols.length > 0) {
      builder.subprotocols(
          subprotocols[0], Arrays.copyOfRange(subprotocols, 1, subprotocols.length));
    }
    return builder.buildAsync(URI.create("ws://127.0.0.1:" + port + target), listener);
  }

  /** The headers of a signed GET, for requests that are written by hand. */
  String headerLines(String target) {
    var lines = new StringBuilder();
    signature("GET", target, null)
        .forEach((name, value) -> lines.append(name).append(": ").append(value).append("\r\n"));
    return lines.toString();
  }

  private Map<String, String> signature(String method, String target, String contentType) {
    var date = Instant.now().toString();
    var host = "127.0.0.1:" + port;
    var canonical =
        method
            + "\n"
            + target
            + "\n"
            + date
            + "\nhost:"
            + host
            + "\ncontent-type:"
            + (contentType == null ? "application/octet-stream" : contentType.replaceAll(";.*", ""))
            + "\nx-backendai-version:v6.20220615\n"
            + EMPTY_HASH;
    var day = mac(secret.getBytes(StandardCharsets.UTF_8), date.substring(0, 10).replace("-", ""));
    var signature = java.util.HexFormat.of().formatHex(mac(mac(day, host), canonical));
    return Map.of(
        "X-BackendAI-Date",
        date,
        "X-BackendAI-Version",
        "v6.20220615",
        "Authorization",
        "BackendAI signMethod=HMAC-SHA256, credential=" + accessKey + ":" + signature);
  }

  HttpRequest.Builder unsigned(String method, String target, String contentType, byte[] body) {
    var publisher =
        body == null
            ? HttpRequest.BodyPublishers.noBody()
            : HttpRequest.BodyPublishers.ofByteArray(body);
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + target))
            .timeout(timeout)
            .method(method, publisher);
    if (contentType != null) {
      request.header("Content-Type", contentType);
    }
    if (http2) {
      request.version(HttpClient.Version.HTTP_2);
    }
    extraHeaders.forEach(request::header);
    return request;
  }

  static Reply exchange(HttpRequest.Builder request) {
    try {
      var built = request.build();
      var client = built.version().isPresent() ? HTTP_2 : HTTP;
      var response = client.send(built, HttpResponse.BodyHandlers.ofByteArray());
      return new Reply(
          response.statusCode(),
          response.headers().map(),
          Buffer.buffer(response.body()),
          response.version());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] mac(byte[] key, String message) {
    try {
      var mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(message.getBytes(StandardCharsets.UTF_8));
    } catch (java.security.GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
