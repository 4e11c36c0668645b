package org.polykern.gateway.proxy;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/** Pages of an app that the tests ask for. */
final class TestApp {
  private static final Buffer PIECE = Buffer.buffer(new byte[64 * 1024]);
  private static final AtomicReference<HttpServerResponse> EVENTS = new AtomicReference<>();

  private TestApp() {}

  static void answer(HttpServerRequest request) {
    var response = request.response();
    switch (request.path()) {
      case "/count" -> {
        var total = new AtomicLong();
        request.handler(piece -> total.addAndGet(piece.length()));
        request.endHandler(end -> response.end("" + total.get()));
      }
      case "/large" -> {
        var size = Integer.parseInt(request.getParam("n"));
        response.putHeader("Content-Length", "" + size);
        if (request.method().name().equals("HEAD")) {
          response.end();
        } else {
          write(response, size);
        }
      }
      case "/events" -> {
        response.setChunked(true).putHeader("Content-Type", "text/event-stream");
        response.write("data: 1\n\n");
        EVENTS.set(response);
      }
      case "/more" -> {
        EVENTS.get().write("data: 2\n\n");
        response.end();
      }
      case "/none" -> response.setStatusCode(204).end();
      case "/never" -> {}
      default -> {
        response.headers().add("Set-Cookie", "one=1").add("Set-Cookie", "two=2");
        response.headers().add("Set-Cookie", "appproxy_permit_x=evil");
        response.end(seen(request));
      }
    }
  }

  private static String seen(HttpServerRequest request) {
    var headers = new JsonObject();
    request.headers().forEach((name, value) -> headers.put(name.toLowerCase(Locale.ROOT), value));
    return new JsonObject()
        .put("method", request.method().name())
        .put("uri", request.uri())
        .put("headers", headers)
        .encode();
  }

  private static void write(HttpServerResponse response, int left) {
    var rest = left;
    while (rest > 0) {
      var count = Math.min(rest, PIECE.length());
      rest -= count;
      response.write(PIECE.slice(0, count));
      if (response.writeQueueFull()) {
        var then = rest;
        response.drainHandler(drained -> write(response, then));
        return;
      }
    }
    response.end();
  }
}
