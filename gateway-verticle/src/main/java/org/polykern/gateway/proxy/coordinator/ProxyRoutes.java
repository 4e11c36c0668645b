package org.polykern.gateway.proxy.coordinator;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.polykern.gateway.proxy.Circuit;
import org.polykern.gateway.proxy.CircuitRepository;
import org.polykern.gateway.proxy.ClientBlocks;
import org.polykern.gateway.proxy.Cookies;
import org.polykern.gateway.proxy.Jwt;
import org.polykern.gateway.proxy.Permit;
import org.polykern.gateway.proxy.Protocol;
import org.polykern.gateway.proxy.ProxyError;
import org.polykern.gateway.proxy.ProxyException;
import org.polykern.gateway.proxy.ProxySecrets;
import org.polykern.gateway.proxy.ProxyTokens;
import org.polykern.gateway.proxy.ProxyTokens.Leave;
import org.polykern.gateway.proxy.RedirectPath;

/** What browsers ask: from the token of start-service to the address of the app. */
final class ProxyRoutes {
  /** From the answer to the browser's next request. */
  private static final Duration SETUP_TTL = Duration.ofSeconds(60);

  /** Passed on from the first step to the second. */
  private static final List<String> PASSED =
      List.of(
          "port",
          "subdomain",
          "envs",
          "args",
          "open_to_public",
          "allowed_client_ips",
          "no_reuse",
          "redirect");

  private final ProxySecrets secrets;
  private final ProxyTokens tokens;
  private final CircuitOpener opener;
  private final CircuitRepository circuits;
  private final Housekeeping housekeeping;
  private final InstantSource clock;
  private final Supplier<String> base;

  ProxyRoutes(
      ProxySecrets secrets,
      ProxyTokens tokens,
      CircuitOpener opener,
      CircuitRepository circuits,
      Housekeeping housekeeping,
      InstantSource clock,
      Supplier<String> base) {
    this.secrets = secrets;
    this.tokens = tokens;
    this.opener = opener;
    this.circuits = circuits;
    this.housekeeping = housekeeping;
    this.clock = clock;
    this.base = base;
  }

  /** Says where to go with the browser; nothing is opened yet. */
  Told add(Ask ask) {
    var session = ask.id("session");
    var token = ask.segment("token");
    var leave = leave(token, session);
    var wish = wish(ask);
    var redirect = ask.text("redirect");
    if (redirect != null) {
      RedirectPath.require(redirect);
    }
    var protocol = opener.protocolOf(leave, wish);
    var url =
        new StringBuilder(base.get()).append("/v2/proxy/auth?app=").append(encode(wish.app()));
    url.append("&protocol=").append(protocol.label());
    url.append("&token=").append(encode(token));
    url.append("&session_id=").append(session);
    for (var name : PASSED) {
      var value = ask.text(name);
      if (value != null) {
        url.append('&').append(name).append('=').append(encode(value));
      }
    }
    return Told.ok(new JsonObject().put("code", 200).put("url", url.toString()));
  }

  /** Opens the app and sends the browser on to the worker. */
  Told authenticate(Ask ask) {
    var session = Ask.uuid("session_id", ask.requiredText("session_id"));
    var leave = leave(ask.requiredText("token"), session);
    var redirect = ask.text("redirect");
    if (redirect != null) {
      RedirectPath.require(redirect);
    }
    var opened = opener.open(leave, wish(ask));
    var circuit = opened.circuit();
    var setup =
        Jwt.sign(
            secrets.setup(),
            new JsonObject()
                .put("version", "v2")
                .put("redirect", redirect == null ? "" : redirect)
                .put("circuit", circuit.id().toString())
                .put("jti", UUID.randomUUID().toString())
                .put("exp", clock.instant().plus(SETUP_TTL).getEpochSecond()));
    var tcp = circuit.protocol() == Protocol.TCP;
    var worker = opened.worker();
    var target = (tcp ? worker.apiBase() : worker.baseOf(circuit)) + "/setup?token=" + setup;
    if (!ask.prefersJson()) {
      return Told.seeOther(target);
    }
    return Told.ok(
        new JsonObject().put("redirect_url", target).put("reuse", opened.reused() && !tcp));
  }

  /** Whether the session has an address. */
  Told exists(Ask ask) {
    var session = ask.id("session");
    var token = ask.segment("token");
    if (tokens.find(token, session, clock.instant()) == null
        && owned(circuits.ofSession(session), token).isEmpty()) {
      throw ProxyException.notFound("This session has no open address.");
    }
    if (circuits.ofSession(session).isEmpty()) {
      throw ProxyException.notFound("This session has no open address.");
    }
    return Told.success();
  }

  /** Gives an app's addresses up. An access key alone is no secret, so a permit is asked for. */
  Told delete(Ask ask) {
    var session = ask.id("session");
    var app = ask.requiredText("app");
    var now = clock.instant();
    var all =
        circuits.ofSession(session).stream()
            .filter(circuit -> !circuit.inference() && circuit.app().equals(app))
            .toList();
    var token = ask.segment("token");
    if (tokens.find(token, session, now) != null) {
      drop(all);
      return Told.success();
    }
    var permitted = all.stream().filter(circuit -> isPermitted(ask, circuit)).toList();
    if (permitted.isEmpty()) {
      throw new ProxyException(
          ProxyError.FORBIDDEN, "Expected a permit_key of this app, or a token, but got neither.");
    }
    drop(permitted);
    return Told.success();
  }

  private boolean isPermitted(Ask ask, Circuit circuit) {
    var now = clock.instant();
    var shown = ask.text("permit_key");
    if (shown != null && Permit.isGood(circuit, shown, now)) {
      return true;
    }
    return Cookies.values(ask.headers(), Permit.cookieName(circuit)).stream()
        .anyMatch(value -> Permit.isGood(circuit, value, now));
  }

  private void drop(List<Circuit> those) {
    housekeeping.removed(
        "a client gave it up", circuits.delete(those.stream().map(Circuit::id).toList()));
  }

  private static List<Circuit> owned(List<Circuit> all, String owner) {
    return all.stream()
        .filter(circuit ->
            owner.equals(circuit.accessKey())
                || (circuit.user() != null && owner.equals(circuit.user().toString())))
        .toList();
  }

  private Leave leave(String token, UUID session) {
    var leave = tokens.find(token, session, clock.instant());
    if (leave == null) {
      throw new ProxyException(
          ProxyError.INVALID_CREDENTIALS,
          "Expected a fresh token for this session. Start the app again.");
    }
    return leave;
  }

  private static CircuitOpener.Wish wish(Ask ask) {
    return new CircuitOpener.Wish(
        ask.requiredText("app"),
        protocol(ask.text("protocol")),
        ask.port("port"),
        ask.text("subdomain"),
        json(ask.text("envs")),
        ask.text("args"),
        ask.flag("open_to_public"),
        ClientBlocks.parse(ask.text("allowed_client_ips")),
        ask.flag("no_reuse"));
  }

  private static @Nullable Protocol protocol(@Nullable String name) {
    if (name == null) {
      return null;
    }
    var protocol = Protocol.of(name);
    if (protocol == null) {
      throw ProxyException.badRequest("Expected http, tcp, grpc or h2 as protocol.");
    }
    return protocol;
  }

  private static JsonObject json(@Nullable String text) {
    try {
      return text == null ? new JsonObject() : new JsonObject(text);
    } catch (DecodeException malformed) {
      throw ProxyException.badRequest("Expected a JSON object as envs.");
    }
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
