package org.polykern.gateway.proxy.worker;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import org.polykern.gateway.proxy.ProxyError;

/** A refusal for people (HTML) or for programs (JSON), as the request prefers. */
public final class ErrorPage {
  private ErrorPage() {}

  /** Answers, unless an answer has begun. */
  public static void send(HttpServerRequest request, ProxyError error, String sentence) {
    var response = request.response();
    if (response.headWritten() || response.closed()) {
      return;
    }
    response
        .setStatusCode(error.status())
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
        .putHeader("X-Content-Type-Options", "nosniff")
        .putHeader("Referrer-Policy", "no-referrer");
    if (!request.isEnded()) {
      // Whatever is left of the body is not worth reading.
      closeBehind(request, response);
    }
    if (prefersJson(request)) {
      var body =
          new JsonObject()
              .put("title", titleOf(error))
              .put("msg", sentence)
              .put("code", error.status())
              .put("error_code", error.code());
      response
          .putHeader(HttpHeaders.CONTENT_TYPE, "application/json; charset=utf-8")
          .end(body.encode());
      return;
    }
    response
        .putHeader(HttpHeaders.CONTENT_TYPE, "text/html; charset=utf-8")
        .putHeader("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
        .end(page(escape(titleOf(error)), escape(sentence), error.code()));
  }

  private static void closeBehind(HttpServerRequest request, HttpServerResponse response) {
    if (request.version() == io.vertx.core.http.HttpVersion.HTTP_2) {
      return;
    }
    response.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
  }

  private static boolean prefersJson(HttpServerRequest request) {
    var accept = request.getHeader(HttpHeaders.ACCEPT);
    if (accept == null) {
      return false;
    }
    var json = accept.indexOf("application/json");
    var html = accept.indexOf("text/html");
    return json >= 0 && (html < 0 || json < html);
  }

  private static String titleOf(ProxyError error) {
    return switch (error.status()) {
      case 400 -> "Bad request";
      case 401 -> "Please open this app anew";
      case 403 -> "Not allowed";
      case 404 -> "Not found";
      case 502 -> "The app does not answer";
      case 503 -> "No place for the app";
      case 504 -> "The app took too long";
      default -> "Something went wrong";
    };
  }

  static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  private static String page(String title, String sentence, String code) {
    return """
    <!doctype html>
    <html lang="en"><head><meta charset="utf-8"><title>%1$s</title>
    <style>body{font:16px/1.5 sans-serif;margin:15vh auto;max-width:36em;padding:0 1em}\
    code{color:#777}</style></head>
    <body><h1>%1$s</h1><p>%2$s</p><p><code>%3$s</code></p></body></html>
    """
        .formatted(title, sentence, code);
  }
}
