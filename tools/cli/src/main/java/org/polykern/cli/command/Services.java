package org.polykern.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.polykern.cli.client.SessionClient;

/** The services of a session, as the server lists them. */
final class Services {
  /** One of them. */
  record Service(String name, String protocol, List<Integer> ports, String urlTemplate) {
    /** Whether a browser can open it. */
    boolean http() {
      return protocol.equals("http");
    }

    /** Where it is once it was brought to a port of this machine. */
    String url(String host, int port) {
      // A port opened for whatever the user runs there: most likely a page.
      String scheme = protocol.equals("preopen") ? "http" : protocol;
      return urlTemplate
          .replace("{protocol}", scheme)
          .replace("{host}", host)
          .replace("{port}", String.valueOf(port));
    }
  }

  private Services() {}

  /** The service of that name, or an error that names those there are. */
  static Service find(SessionClient sessions, String session, String name) {
    List<String> names = new ArrayList<>();
    for (JsonNode service : SessionNames.checked(sessions, session, sessions::services)) {
      if (service.path("name").asText().equals(name)) {
        return of(service);
      }
      names.add(service.path("name").asText());
    }
    throw new NotRunningException(
        "Expected a service of session " + session + ", but it has none called '" + name + "'.",
        names.isEmpty()
            ? "It has no services at all."
            : "It has: " + String.join(", ", names) + ".");
  }

  private static Service of(JsonNode service) {
    List<Integer> ports = new ArrayList<>();
    service.path("ports").forEach(port -> ports.add(port.asInt()));
    return new Service(
        service.path("name").asText(),
        service.path("protocol").asText("tcp"),
        List.copyOf(ports),
        service.path("url_template").asText("{protocol}://{host}:{port}"));
  }
}
