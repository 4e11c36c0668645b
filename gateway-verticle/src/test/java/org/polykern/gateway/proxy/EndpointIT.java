package org.polykern.gateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Addresses of model services: tokens instead of cookies, and HTTP/2 with trailers. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EndpointIT {
  private final Vertx vertx = Vertx.vertx();
  private final ProxyBed bed = new ProxyBed();
  private HttpServer app;

  @BeforeAll
  void listen() {
    app =
        vertx.createHttpServer().requestHandler(EndpointIT::answer).listen(0, "127.0.0.1").await();
    bed.ports.put("model", app.actualPort());
  }

  @AfterAll
  void close() {
    bed.close();
    vertx.close().await();
  }

  /** As a gRPC server: every message back as it comes, the status in a trailer. */
  private static void answer(HttpServerRequest request) {
    var response = request.response();
    response.putHeader("x-version", request.version().name());
    response.putHeader("x-authorization", String.valueOf(request.getHeader("authorization")));
    if (request.version() != HttpVersion.HTTP_2) {
      response.end("one");
      return;
    }
    response.putHeader("content-type", "application/grpc");
    response.putHeader("x-te", String.valueOf(request.getHeader("te")));
    request.handler(response::write);
    request.endHandler(end -> {
      response.putTrailer("grpc-status", "0");
      response.end();
    });
  }

  private String endpoint(UUID id, String protocol, boolean open) {
    var session = bed.session("model:http");
    var body =
        new JsonObject()
            .put("service_name", "svc")
            .put("open_to_public", open)
            .put(
                "apps",
                new JsonObject()
                    .put(
                        "model",
                        new JsonArray()
                            .add(
                                new JsonObject()
                                    .put("session_id", session.toString())
                                    .put("protocol", protocol)
                                    .put("traffic_ratio", 1.0))));
    return ProxyBed.json(post("/v2/endpoints/" + id, body)).getString("endpoint");
  }

  private HttpResponse<String> post(String path, JsonObject body) {
    return ProxyBed.send(
        ProxyBed.request(bed.coordinator.address() + path, "X-BackendAI-Token", ProxyBed.MANAGER)
            .POST(HttpRequest.BodyPublishers.ofString(body.encode()))
            .build());
  }

  private String token(UUID id) {
    return ProxyBed.json(
            post(
                "/v2/endpoints/" + id + "/token",
                new JsonObject()
                    .put("user_uuid", UUID.randomUUID().toString())
                    .put("exp", Instant.now().plusSeconds(600).getEpochSecond())))
        .getString("token");
  }

  private static String code(HttpResponse<String> reply) {
    assertThat(reply.statusCode()).isEqualTo(401);
    return new JsonObject(reply.body()).getString("error_code");
  }

  @Test
  void shouldAskForATokenOfThisEndpointAndKeepItFromTheModel() {
    var id = UUID.randomUUID();
    var other = UUID.randomUUID();
    var url = endpoint(id, "http", false);
    endpoint(other, "http", false);
    assertThat(code(ProxyBed.get(url, "Accept", "application/json"))).isEqualTo("E20006");
    assertThat(code(ProxyBed.get(url, "Accept", "application/json", "Authorization", "Basic eDp5")))
        .isEqualTo("E20007");
    for (var wrong : new String[] {token(other), token(id) + "x", "x", "a.b.c"}) {
      assertThat(
              code(
                  ProxyBed.get(
                      url, "Accept", "application/json", "Authorization", "Bearer " + wrong)))
          .isEqualTo("E20008");
    }
    var reply = ProxyBed.get(url, "Authorization", "BackendAI " + token(id));
    assertThat(reply.statusCode()).isEqualTo(200);
    assertThat(reply.headers().firstValue("x-authorization")).hasValue("null");
    assertThat(endpoint(id, "http", true)).as("the address stays").isEqualTo(url);
    var open = ProxyBed.get(url);
    assertThat(open.statusCode()).isEqualTo(200);
    assertThat(open.headers().firstValue("access-control-allow-origin")).hasValue("*");
  }

  @Test
  void shouldPassHttp2WithStreamsAndTrailers() throws Exception {
    var url = URI.create(endpoint(UUID.randomUUID(), "grpc", true));
    HttpClient client =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setProtocolVersion(HttpVersion.HTTP_2)
                .setHttp2ClearTextUpgrade(false));
    var request =
        client
            .request(
                new RequestOptions()
                    .setHost(url.getHost())
                    .setPort(url.getPort())
                    .setMethod(HttpMethod.POST)
                    .setURI("/pkg.Service/Method"))
            .await();
    var trailer = new java.util.concurrent.CompletableFuture<String>();
    var first = new java.util.concurrent.CompletableFuture<String>();
    var headers = new java.util.concurrent.CompletableFuture<String>();
    request
        .response()
        .onFailure(headers::completeExceptionally)
        .onSuccess(response -> {
          headers.complete(
              response.version()
                  + " "
                  + response.getHeader("x-version")
                  + " "
                  + response.getHeader("x-te"));
          response.handler(piece -> first.complete(piece.toString()));
          response.endHandler(end -> trailer.complete(response.trailers().get("grpc-status")));
        });
    request.putHeader("te", "trailers").putHeader("content-type", "application/grpc");
    request.setChunked(true);
    request.write(Buffer.buffer("message"));
    assertThat(headers.get(15, TimeUnit.SECONDS)).isEqualTo("HTTP_2 HTTP_2 trailers");
    assertThat(first.get(15, TimeUnit.SECONDS))
        .as("before the request has ended")
        .isEqualTo("message");
    request.end().await();
    assertThat(trailer.get(15, TimeUnit.SECONDS)).isEqualTo("0");
  }

  @Test
  void shouldDeleteEndpoints() {
    var id = UUID.randomUUID();
    endpoint(id, "http", true);
    var reply =
        ProxyBed.send(
            ProxyBed.request(
                    bed.coordinator.address() + "/v2/endpoints/" + id,
                    "X-BackendAI-Token",
                    ProxyBed.MANAGER)
                .DELETE()
                .build());
    assertThat(reply.statusCode()).isEqualTo(200);
    assertThat(post("/v2/endpoints/" + id + "/token", new JsonObject()).statusCode())
        .isEqualTo(404);
  }
}
