package org.polykern.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.polykern.cli.client.ApiClient;
import org.polykern.cli.client.ClientConfig;
import org.polykern.cli.client.RequestSigner;

/** A request with any part of it wrong, as no proper client would send it. */
final class RawRequest {
  private final ClientConfig config;
  private String method = "GET";
  private String target = "/session/nobody";
  private String date = Instant.now().toString();
  private byte[] body = {};
  private String secret;
  private boolean signed = true;
  private String signedDate = "";

  /** An answer with its problem document. */
  record Answer(int status, String contentType, JsonNode body) {
    String kind() {
      return body.path("type").asText().replaceFirst(".*/", "");
    }

    String text() {
      return body.path("title").asText() + " " + body.path("msg").asText();
    }
  }

  RawRequest(ClientConfig config) {
    this.config = config;
    this.secret = config.secretKey();
  }

  RawRequest to(String newMethod, String newTarget) {
    method = newMethod;
    target = newTarget;
    return this;
  }

  RawRequest body(String newBody) {
    return body(newBody.getBytes(StandardCharsets.UTF_8));
  }

  RawRequest body(byte[] newBody) {
    body = newBody.clone();
    return this;
  }

  RawRequest dated(Instant newDate) {
    date = newDate.toString();
    return this;
  }

  RawRequest dated(String newDate) {
    date = newDate;
    return this;
  }

  /** Signs another date than the one sent, as one who replays a signature must. */
  RawRequest signedAt(Instant other) {
    signedDate = other.toString();
    return this;
  }

  RawRequest unsigned() {
    signed = false;
    return this;
  }

  RawRequest secret(String newSecret) {
    secret = newSecret;
    return this;
  }

  Answer send() throws IOException, InterruptedException {
    String host = config.endpoint().getRawAuthority();
    HttpRequest.Builder request =
        HttpRequest.newBuilder(config.endpoint().resolve(target))
            .header("X-BackendAI-Version", RequestSigner.API_VERSION)
            .header("X-BackendAI-Date", date)
            .header("Content-Type", "application/json")
            .method(method, BodyPublishers.ofByteArray(body));
    if (signed) {
      RequestSigner signer = new RequestSigner(config.accessKey(), secret);
      String claimed = signedDate.isEmpty() ? date : signedDate;
      // The signer takes the day from the text: a date that is none still needs ten characters.
      String signable = claimed.length() >= 10 ? claimed : "0000-00-00";
      request.header(
          "Authorization",
          signer.authorization(method, target, signable, host, "application/json"));
    }
    try (HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      HttpResponse<byte[]> response = http.send(request.build(), BodyHandlers.ofByteArray());
      String type = response.headers().firstValue("Content-Type").orElse("");
      return new Answer(
          response.statusCode(),
          type,
          type.contains("json")
              ? ApiClient.JSON.readTree(response.body())
              : ApiClient.JSON.createObjectNode());
    }
  }
}
