package org.polykern.cli.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.function.BiConsumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/** Signs and sends requests; turns every failure into a {@link ClientException}. Thread-safe. */
public final class ApiClient implements AutoCloseable {
  /** Shared, because building one costs as much as a request. */
  public static final ObjectMapper JSON = new ObjectMapper();

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
  private static final String JSON_TYPE = "application/json";

  private final ClientConfig config;
  private final RequestSigner signer;
  private final Clock clock;
  private final String host;
  private final HttpClient http;

  /** A client for one server; opens no connection yet. */
  public ApiClient(ClientConfig config) {
    this(config, Clock.systemUTC());
  }

  ApiClient(ClientConfig config, Clock clock) {
    this.config = config;
    this.clock = clock;
    this.signer = new RequestSigner(config.accessKey(), config.secretKey());
    this.host = hostHeader(config.endpoint());
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_TIMEOUT);
    if ("http".equals(config.endpoint().getScheme())) {
      builder.sslContext(trustingNobody());
    }
    this.http = builder.build();
  }

  /**
   * Without one, the client reads the system's certificates, which takes longer than a request and
   * serves nothing on a plain connection. No certificate passes this one.
   */
  private static SSLContext trustingNobody() {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[0], null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Expected every Java runtime to have TLS", e);
    }
  }

  /** The configuration this client was made from. */
  public ClientConfig config() {
    return config;
  }

  /**
   * Sends a request and reads a JSON answer; a missing node when the answer is empty.
   *
   * @param target path and query, encoded, starting with a slash
   * @throws ApiException if the server refuses
   * @throws UnreachableException if no answer comes
   */
  public JsonNode call(String method, String target) {
    return json(send(method, target, null, BodyPublishers.noBody()));
  }

  /** As {@link #call(String, String)}, with a JSON body. */
  public JsonNode call(String method, String target, JsonNode body) {
    return json(send(method, target, JSON_TYPE, BodyPublishers.ofByteArray(bytes(body))));
  }

  /** Uploads files as one multipart request. */
  public void upload(String target, MultipartFiles files) {
    json(send("POST", target, files.contentType(), files.publisher()));
  }

  /**
   * Opens a WebSocket, signed as a GET is.
   *
   * @param target path and query, encoded, starting with a slash
   * @param subprotocol asked for, or null
   * @throws ApiException if the server refuses
   * @throws UnreachableException if no answer comes
   */
  public ApiSocket socket(String target, @Nullable String subprotocol) {
    String fullTarget = path(config.endpoint()) + target;
    URI at = config.endpoint().resolve(fullTarget);
    WebSocket.Builder builder = http.newWebSocketBuilder().connectTimeout(CONNECT_TIMEOUT);
    sign("GET", fullTarget, null, builder::header);
    if (subprotocol != null) {
      builder.subprotocols(subprotocol);
    }
    URI uri = URI.create(at.toString().replaceFirst("^http", "ws"));
    return opened(listener -> builder.buildAsync(uri, listener));
  }

  private ApiSocket opened(ApiSocket.Opening opening) {
    try {
      return ApiSocket.open(config.endpoint(), opening);
    } catch (WebSocketHandshakeException e) {
      HttpResponse<?> answer = e.getResponse();
      byte[] body = String.valueOf(answer.body()).getBytes(StandardCharsets.UTF_8);
      throw ApiException.of(answer.statusCode(), parse(body));
    } catch (IOException e) {
      throw unreachable(e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("Expected a WebSocket or an I/O error", e);
    }
  }

  /** Writes the body of a GET answer to a file, which is created or replaced. */
  public void download(String target, Path file) {
    HttpResponse<InputStream> response =
        exchange(
            request("GET", target, null, BodyPublishers.noBody()), BodyHandlers.ofInputStream());
    try (InputStream body = response.body()) {
      if (response.statusCode() >= 400) {
        throw ApiException.of(response.statusCode(), parse(body.readAllBytes()));
      }
      java.nio.file.Files.copy(body, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException("Expected to write " + file + ", but it failed: " + e, e);
    }
  }

  @Override
  public void close() {
    http.shutdownNow();
  }

  private HttpResponse<byte[]> send(
      String method, String target, @Nullable String contentType, BodyPublisher body) {
    return exchange(request(method, target, contentType, body), BodyHandlers.ofByteArray());
  }

  private HttpRequest request(
      String method, String target, @Nullable String contentType, BodyPublisher body) {
    String fullTarget = path(config.endpoint()) + target;
    HttpRequest.Builder request =
        HttpRequest.newBuilder(config.endpoint().resolve(fullTarget)).method(method, body);
    sign(method, fullTarget, contentType, request::header);
    if (contentType != null) {
      request.header("Content-Type", contentType);
    }
    return request.build();
  }

  private void sign(
      String method,
      String fullTarget,
      @Nullable String contentType,
      BiConsumer<String, String> header) {
    // The JDK's client refuses no Date header, but proxies rewrite it: the other name is safe.
    String date = clock.instant().truncatedTo(ChronoUnit.MILLIS).toString();
    header.accept("X-BackendAI-Date", date);
    header.accept("X-BackendAI-Version", RequestSigner.API_VERSION);
    header.accept(
        "Authorization", signer.authorization(method, fullTarget, date, host, contentType));
  }

  private <T> HttpResponse<T> exchange(HttpRequest request, BodyHandler<T> handler) {
    try {
      return http.send(request, handler);
    } catch (IOException e) {
      throw unreachable(e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private UnreachableException unreachable(IOException e) {
    return e instanceof ConnectException || e instanceof HttpConnectTimeoutException
        ? new UnreachableException(config.endpoint(), false, connectReason(e), e)
        : new UnreachableException(config.endpoint(), true, reason(e), e);
  }

  private UnreachableException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new UnreachableException(config.endpoint(), true, "interrupted", e);
  }

  private static String connectReason(IOException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof UnresolvedAddressException) {
        return "the name does not resolve";
      }
    }
    return e instanceof HttpConnectTimeoutException ? "no answer within 10 s" : reason(e);
  }

  private static String reason(IOException e) {
    String message = e.getMessage();
    return message == null || message.isEmpty() ? "connection refused" : message;
  }

  private static JsonNode json(HttpResponse<byte[]> response) {
    JsonNode body = parse(response.body());
    if (response.statusCode() >= 400) {
      throw ApiException.of(response.statusCode(), body);
    }
    return body;
  }

  /** Not JSON (a proxy's page, an empty body) reads as a missing node; the status says the rest. */
  private static JsonNode parse(byte[] body) {
    if (body.length == 0) {
      return MissingNode.getInstance();
    }
    try {
      return JSON.readTree(body);
    } catch (IOException e) {
      return MissingNode.getInstance();
    }
  }

  private static byte[] bytes(JsonNode body) {
    try {
      return JSON.writeValueAsBytes(body);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("Expected a tree that can be written as JSON", e);
    }
  }

  private static String path(URI endpoint) {
    @Nullable String path = endpoint.getRawPath();
    return path == null ? "" : path;
  }

  /** As the JDK's client writes it: without the scheme's own port. */
  private static String hostHeader(URI endpoint) {
    int usual = "https".equals(endpoint.getScheme()) ? 443 : 80;
    int port = endpoint.getPort();
    return port < 0 || port == usual ? endpoint.getHost() : endpoint.getHost() + ":" + port;
  }
}
