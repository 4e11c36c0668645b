package org.polykern.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * The session calls of the REST API. {@code session} is everywhere a name, an id, or a unique
 * prefix of one. Every method blocks and throws {@link ClientException}.
 */
public final class SessionClient {
  private final ApiClient api;

  public SessionClient(ApiClient api) {
    this.api = api;
  }

  /** Creates a session, or finds the living one of that name; waits until it runs. */
  public CreatedSession create(SessionSpec spec) {
    ObjectNode body = ApiClient.JSON.createObjectNode();
    body.put("name", spec.name()).put("image", spec.image());
    body.put("type", "interactive");
    body.put("reuseIfExists", spec.reuse());
    body.put("enqueueOnly", spec.enqueueOnly());
    body.put("maxWaitSeconds", spec.maxWaitSeconds());
    ObjectNode config = body.putObject("config");
    ObjectNode environ = config.putObject("environ");
    spec.environ().forEach(environ::put);
    ObjectNode resources = config.putObject("resources");
    spec.resources()
        .forEach((slot, quantity) -> {
          if ("shmem".equals(slot)) {
            config.withObject("/resource_opts").put(slot, quantity);
          } else {
            resources.put(slot, quantity);
          }
        });
    if (!spec.preopenPorts().isEmpty()) {
      spec.preopenPorts().forEach(config.putArray("preopen_ports")::add);
    }
    JsonNode answer = api.call("POST", "/session", body);
    return new CreatedSession(
        answer.path("sessionId").asText(),
        answer.path("sessionName").asText(spec.name()),
        answer.path("status").asText("RUNNING"),
        answer.path("created").asBoolean(true),
        answer);
  }

  /** A connection for one run of code; {@link RunLoop} speaks on it. */
  ApiSocket execution(String session) {
    return api.socket("/stream" + at(session) + "/execute", null);
  }

  URI endpoint() {
    return api.config().endpoint();
  }

  /** Everything the server tells about a session. */
  public JsonNode info(String session) {
    return api.call("GET", at(session));
  }

  /** The container's log. */
  public String logs(String session) {
    return api.call("GET", at(session) + "/logs").path("result").path("logs").asText();
  }

  /** Living sessions whose id or name starts with the prefix; the server caps the number. */
  public JsonNode match(String prefix) {
    return api.call("GET", "/session/_/match?id=" + encode(prefix)).path("matches");
  }

  /** Ends a session; {@code forced} also in states that normally forbid it. */
  public JsonNode destroy(String session, boolean forced) {
    return api.call("DELETE", at(session) + (forced ? "?forced=true" : ""));
  }

  /** Starts the session's container afresh. */
  public void restart(String session) {
    api.call("PATCH", at(session));
  }

  /** Interrupts the running code, as Ctrl-C would. */
  public void interrupt(String session) {
    api.call("POST", at(session) + "/interrupt");
  }

  /** Interrupts one run, also one that waits for its turn. */
  void interrupt(String session, String runId) {
    ObjectNode body = ApiClient.JSON.createObjectNode().put("runId", runId);
    api.call("POST", at(session) + "/interrupt", body);
  }

  /** Puts files into the session's work directory. */
  public void upload(String session, MultipartFiles files) {
    api.upload(at(session) + "/upload", files);
  }

  /** Writes one file of the session's work directory to a local file. */
  public void download(String session, String remote, Path local) {
    api.download(at(session) + "/download_single?file=" + encode(remote), local);
  }

  /** The listing of a directory: {@code files} (JSON text), {@code errors}, {@code abspath}. */
  public JsonNode list(String session, String path) {
    return api.call("GET", at(session) + "/files?path=" + encode(path));
  }

  /** The services of a session: a list of objects, each with a name, a protocol and ports. */
  public JsonNode services(String session) {
    return api.call("GET", "/stream" + at(session) + "/apps");
  }

  /** Starts a service with what its definition says, and waits until its port is open. */
  public JsonNode startService(String session, String service, JsonNode options) {
    ObjectNode body = ApiClient.JSON.createObjectNode().put("app", service);
    options.properties().forEach(option -> body.set(option.getKey(), option.getValue()));
    return api.call("POST", at(session) + "/start-service", body);
  }

  /** Ends a service's process, if it runs. */
  public void stopService(String session, String service) {
    api.call("POST", at(session) + "/shutdown-service?service_name=" + encode(service));
  }

  /** The end of what a service wrote: {@code log}, {@code running}. */
  public JsonNode serviceLog(String session, String service) {
    return api.call("GET", at(session) + "/service-log?service_name=" + encode(service));
  }

  /** A link to the terminal's page that is good once: {@code url}. */
  public JsonNode terminalLink(String session, String terminal) {
    ObjectNode body = ApiClient.JSON.createObjectNode().put("terminal", terminal);
    return api.call("POST", at(session) + "/terminal-link", body);
  }

  /** What these calls go through, for streams beside them. */
  public ApiClient api() {
    return api;
  }

  private static String at(String session) {
    return "/session/" + encode(session);
  }

  /** Text as part of a path or query. */
  public static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
