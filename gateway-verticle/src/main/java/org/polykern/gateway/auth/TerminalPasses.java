package org.polykern.gateway.auth;

import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.polykern.common.id.SessionId;
import org.polykern.common.problem.Problem;
import org.polykern.common.problem.ProblemCode;

/**
 * How a browser, which cannot sign, gets at the terminals of one session: whoever may sign asks for
 * a link, which is good once and for a minute; the page behind it changes the link's token for a
 * cookie. The cookie opens that session's terminals in the name of whoever asked, and nothing else.
 * The store knows tokens and cookies by their hashes only.
 */
public final class TerminalPasses {
  static final Duration LINK_LIFE = Duration.ofMinutes(1);
  static final Duration COOKIE_LIFE = Duration.ofHours(12);
  public static final String COOKIE = "polykern-terminal";

  private static final Pattern TARGET =
      Pattern.compile("(?:/v\\d)?/stream/(?:session|kernel)/([0-9a-f-]{36})/pty(?:\\?.*)?");
  private static final Pattern SECRET = Pattern.compile("[A-Za-z0-9_-]{43}");

  /**
   * What a pass is for.
   *
   * @param accessKey of whoever asked for it
   * @param owner access key that owns the session
   */
  public record Pass(
      String accessKey, String owner, SessionId session, String name, String terminal) {
    private String encode() {
      return new JsonObject()
          .put("key", accessKey)
          .put("owner", owner)
          .put("session", session.toString())
          .put("name", name)
          .put("terminal", terminal)
          .encode();
    }

    private static Pass decode(String text) {
      var json = new JsonObject(text);
      return new Pass(
          json.getString("key"),
          json.getString("owner"),
          SessionId.of(json.getString("session")),
          json.getString("name"),
          json.getString("terminal"));
    }
  }

  /**
   * What a link was changed for.
   *
   * @param cookie a whole {@code Set-Cookie}
   */
  public record Admission(Pass pass, String cookie) {
    @Override
    public String toString() {
      return "Admission[" + pass + "]"; // a cookie has no place in a log
    }
  }

  private final TicketStore store;
  private final Keypairs keypairs;
  private final SecureRandom random = new SecureRandom();

  public TerminalPasses(TicketStore store, Keypairs keypairs) {
    this.store = store;
    this.keypairs = keypairs;
  }

  /** A token for a link, 43 characters that are safe in a URL. */
  public String link(Pass pass) {
    var token = secret();
    store.put("terminal-link:" + hash(token), pass.encode(), LINK_LIFE);
    return token;
  }

  /**
   * Changes a link's token for a cookie, once.
   *
   * @throws org.polykern.common.problem.ProblemException 401 when it was used or has expired, 403
   *     when another site's page asks
   */
  public Admission admit(RequestHead head, String token) {
    requireOwnOrigin(head, false);
    var stored =
        SECRET.matcher(token).matches() ? store.take("terminal-link:" + hash(token)) : null;
    if (stored == null) {
      throw Problem.of(
              ProblemCode.AUTH_FAILED,
              "This link was used before or has expired; please ask for a new one.")
          .toException();
    }
    var pass = Pass.decode(stored);
    var cookie = secret();
    store.put("terminal-cookie:" + hash(cookie), stored, COOKIE_LIFE);
    return new Admission(
        pass,
        COOKIE
            + "="
            + cookie
            + "; Path=/stream/session/"
            + pass.session
            + "/; Max-Age="
            + COOKIE_LIFE.toSeconds()
            + "; HttpOnly; SameSite=Strict"
            + (head.isSecure() ? "; Secure" : ""));
  }

  /**
   * Who a page without a signature acts for; null when it has no cookie.
   *
   * @throws org.polykern.common.problem.ProblemException 401 when the cookie opens nothing here,
   *     403 when another site's page uses it
   */
  public @Nullable Caller callerOf(RequestHead head) {
    var cookie = head.header("Authorization") == null ? cookieIn(head.header("Cookie")) : null;
    if (cookie == null) {
      return null;
    }
    requireOwnOrigin(head, true);
    var target = TARGET.matcher(head.target());
    var stored = target.matches() ? store.get("terminal-cookie:" + hash(cookie)) : null;
    if (stored == null) {
      throw refused();
    }
    var pass = Pass.decode(stored);
    var caller = keypairs.usable(pass.accessKey);
    if (caller == null || !pass.session.toString().equals(target.group(1))) {
      throw refused();
    }
    ClientAddress.requireAllowed(head, caller.allowedClientIps());
    return caller;
  }

  /** A browser sends cookies along with what pages of other sites ask for, too. */
  private static void requireOwnOrigin(RequestHead head, boolean always) {
    var origin = head.header("Origin");
    var own = "same-origin".equals(head.header("Sec-Fetch-Site"));
    if (origin == null ? always && !own : !origin.equals(head.origin())) {
      throw Problem.of(
              ProblemCode.FORBIDDEN,
              "Expected a page of " + head.origin() + ", but it comes from " + origin + ".")
          .toException();
    }
  }

  private static @Nullable String cookieIn(@Nullable String header) {
    if (header != null) {
      for (var part : header.split(";", -1)) {
        var cookie = part.strip();
        if (cookie.startsWith(COOKIE + "=")) {
          var value = cookie.substring(COOKIE.length() + 1);
          return SECRET.matcher(value).matches() ? value : null;
        }
      }
    }
    return null;
  }

  private static RuntimeException refused() {
    return Problem.of(
            ProblemCode.AUTH_FAILED,
            "This page's access to the terminal has expired; please ask for a new link.")
        .toException();
  }

  private String secret() {
    var bytes = new byte[32];
    random.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static String hash(String secret) {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(secret.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("This JDK lacks SHA-256", e);
    }
  }
}
