package org.polykern.bench;

import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.polykern.cli.client.ApiClient;
import org.polykern.cli.client.SessionClient;

/** Asks the app proxy for an address of a service, as a client does. */
final class AppAddress {
  private static final Pattern GATEWAY = Pattern.compile("gateway=tcp://[^:/]+:(\\d+)");

  private final SessionClient sessions;

  AppAddress(SessionClient sessions) {
    this.sessions = sessions;
  }

  /** The port of this machine where a service's TCP port is to be had. */
  int ofTcp(String session, int port) throws IOException, InterruptedException {
    var app = Integer.toString(port);
    var started = sessions.startService(session, app, ApiClient.JSON.createObjectNode());
    var add =
        "%s/v2/proxy/%s/%s/add?app=%s&protocol=tcp"
            .formatted(
                started.path("wsproxy_addr").asText(),
                started.path("token").asText(),
                session,
                app);
    try (var http = HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NORMAL).build()) {
      var url = ApiClient.JSON.readTree(get(http, add)).path("url").asText();
      var setup = get(http, url);
      var target = ApiClient.JSON.readTree(setup).path("redirectURI").asText();
      var gateway = GATEWAY.matcher(URLDecoder.decode(target, StandardCharsets.UTF_8));
      if (!gateway.find()) {
        throw new IOException("Expected the address of a TCP port, but got " + setup);
      }
      return Integer.parseInt(gateway.group(1));
    }
  }

  private static String get(HttpClient http, String address)
      throws IOException, InterruptedException {
    var answer =
        http.send(
            HttpRequest.newBuilder(URI.create(address)).build(),
            HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      throw new IOException(
          "Expected 200 from "
              + address
              + ", but got "
              + answer.statusCode()
              + " "
              + answer.body());
    }
    return answer.body();
  }
}
