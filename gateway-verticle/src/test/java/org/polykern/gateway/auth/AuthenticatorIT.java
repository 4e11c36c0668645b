package org.polykern.gateway.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.polykern.common.problem.ProblemException;
import org.polykern.gateway.World;

/** Whole requests of the specification's test vectors, at the time they were signed. */
class AuthenticatorIT {
  private static final String KEY = "AKIAIOSFODNN7EXAMPLE";
  private static final String SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
  private static final Instant SIGNED_AT = Instant.parse("2022-06-15T12:34:56Z");
  private static final String SIGNATURE_D =
      "988c0bed8ecca2f203d8efe53fc036b6cc2f592e74c34deb4588102d51fd6ae5";

  private final World world = World.get();
  private final Map<String, String> headers = new LinkedHashMap<>();
  private Keypairs keypairs;

  @BeforeEach
  void signLikeVectorD() {
    world.db().query("delete from keypair where access_key = $1", Tuple.of(KEY));
    world
        .db()
        .query(
            "insert into keypair (access_key, secret_key, user_id, policy) values ($1, $2, $3,"
                + " 'default')",
            Tuple.of(KEY, Buffer.buffer(world.secrets().seal(SECRET)), world.userId("user")));
    world
        .db()
        .query(
            "update app_user set status = 'active', allowed_client_ip = null where username ="
                + " 'user'",
            Tuple.tuple());
    keypairs = new Keypairs(world.db(), world.secrets());
    headers.put("Date", "2022-06-15T12:34:56.789012+00:00");
    headers.put("X-BackendAI-Version", "v6.20220615");
    headers.put("Content-Type", "text/plain");
    sign("SHA256", SIGNATURE_D);
  }

  private void sign(String hash, String signature) {
    headers.put(
        "Authorization",
        "BackendAI signMethod=HMAC-" + hash + ", credential=" + KEY + ":" + signature);
  }

  private Caller authenticate(String method, String target, String host, Instant now) {
    var map = MultiMap.caseInsensitiveMultiMap();
    headers.forEach(map::set);
    var head = new RequestHead(method, target, host, map, "127.0.0.1", false);
    return new Authenticator(keypairs, () -> now).authenticate(head, Buffer.buffer("ignored"));
  }

  private Caller authenticate() {
    return authenticate("GET", "/session/mysess/logs", "127.0.0.1:8081", SIGNED_AT);
  }

  private void refused(int status, String message) {
    assertThatThrownBy(this::authenticate)
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> {
              assertThat(e.problem().message()).isEqualTo(message);
              assertThat(e.problem().code().status()).isEqualTo(status);
            });
  }

  @Test
  void shouldKnowTheCallerOfVectorD() {
    assertThat(authenticate().accessKey()).isEqualTo(KEY);
    assertThat(authenticate().userName()).isEqualTo("user");
  }

  @Test
  void shouldAcceptVectorGWithTheOtherDateHeader() {
    headers.remove("Date");
    headers.put("X-BackendAI-Date", "2022-06-15T12:34:56.789Z");
    headers.put("Content-Type", "application/json");
    sign("SHA256", "883f30099eaaabcf24e6aa79201bd1b2e52d96a805e167c352b4f7cbdda3c44b");
    var target = "/session/mysess?owner_access_key=" + KEY;
    assertThat(authenticate("GET", target, "api.example.com", SIGNED_AT)).isNotNull();
  }

  @Test
  void shouldAcceptVectorHAndTheLegacyScheme() {
    headers.put(
        "Authorization",
        "Sorna signMethod=HMAC-SHA1, credential="
            + KEY
            + ":d765fe97148087576395f993fd48a28d42fcdc02");
    assertThat(authenticate()).isNotNull();
  }

  @Test
  void shouldAcceptVectorIWithAForeignOffset() {
    headers.put("Date", "2022-06-16T01:30:00+09:00");
    sign("SHA256", "6e8c249b8a35921473e6a5a333b1d2546a26bc1db3d34b217a3206063af1eb07");
    var now = Instant.parse("2022-06-15T16:30:00Z");
    assertThat(authenticate("GET", "/session/mysess/logs", "127.0.0.1:8081", now)).isNotNull();
  }

  @ParameterizedTest
  @CsvSource({
    "2022-06-15T12:49:56.789Z,true",
    "2022-06-15T12:49:57.79Z,false",
    "2022-06-15T12:19:56.79Z,true",
    "2022-06-15T12:19:55.78Z,false"
  })
  void shouldTolerateAQuarterOfAnHourEitherWay(String now, boolean fine) {
    var at = Instant.parse(now);
    if (fine) {
      assertThat(authenticate("GET", "/session/mysess/logs", "127.0.0.1:8081", at)).isNotNull();
    } else {
      assertThatThrownBy(() -> authenticate("GET", "/session/mysess/logs", "127.0.0.1:8081", at))
          .isInstanceOfSatisfying(
              ProblemException.class,
              e -> {
                assertThat(e.problem().message()).isEqualTo("Date/time sync error");
                assertThat(e.problem().code().status()).isEqualTo(400);
              });
    }
  }

  @Test
  void shouldRefuseWithoutDateBeforeAnythingElse() {
    headers.remove("Date");
    headers.remove("Authorization");
    refused(400, "Date/time sync error");
  }

  @Test
  void shouldRefuseUnsignedRequests() {
    headers.remove("Authorization");
    refused(401, "Unauthorized access");
  }

  @Test
  void shouldRefuseWithoutVersion() {
    headers.remove("X-BackendAI-Version");
    refused(400, "API version missing in request headers");
  }

  @Test
  void shouldRefuseOtherTargetsMethodsAndHosts() {
    var wrong =
        java.util.List.of(
            new String[] {"POST", "/session/mysess/logs", "127.0.0.1:8081"},
            new String[] {"GET", "/session/mysess/logs?", "127.0.0.1:8081"},
            new String[] {"GET", "/session/mysess/logs", "127.0.0.1"});
    for (var w : wrong) {
      assertThatThrownBy(() -> authenticate(w[0], w[1], w[2], SIGNED_AT))
          .hasMessage("Signature mismatch");
    }
  }

  @Test
  void shouldRefuseUnknownHashesWith401() {
    sign("CRC32", SIGNATURE_D);
    assertThatThrownBy(this::authenticate)
        .isInstanceOfSatisfying(
            ProblemException.class, e -> assertThat(e.problem().code().status()).isEqualTo(401));
    sign("SHA3-256", SIGNATURE_D);
    assertThatThrownBy(this::authenticate)
        .isInstanceOfSatisfying(
            ProblemException.class, e -> assertThat(e.problem().code().status()).isEqualTo(401));
  }

  @Test
  void shouldForgiveTheDefaultPort() {
    // Signed with the port that the HTTP library then left out.
    var date = "2022-06-15T12:34:56Z";
    headers.put("Date", date);
    for (var hosts :
        java.util.List.of(
            new String[] {"h:80", "h", ""},
            new String[] {"h", "h:80", ""},
            new String[] {"h:443", "h", "https"},
            new String[] {"h", "h:443", "https"})) {
      var signed =
          new Signature.Signed(
              "GET", "/x", date, hosts[0], "text/plain", "x-backendai-version", "v6.20220615");
      var hash = HashAlgorithm.SHA256;
      sign(
          "SHA256",
          Signature.sign(
              hash,
              SECRET,
              java.time.LocalDate.of(2022, 6, 15),
              hosts[0],
              Signature.canonical(signed, hash.emptyDigest())));
      headers.remove("X-Forwarded-Proto");
      if (!hosts[2].isEmpty()) {
        headers.put("X-Forwarded-Proto", hosts[2]);
      }
      assertThat(authenticate("GET", "/x", hosts[1], SIGNED_AT)).isNotNull();
    }
  }

  @Test
  void shouldRefuseUnknownAndDeactivatedKeys() {
    headers.put(
        "Authorization", "BackendAI signMethod=HMAC-SHA256, credential=AKIANOBODY:" + SIGNATURE_D);
    refused(401, "Access key not found");
    sign("SHA256", SIGNATURE_D);
    world.db().query("update keypair set is_active = false where access_key = $1", Tuple.of(KEY));
    refused(401, "Access key not found");
  }

  @Test
  void shouldSeeAChangeAtOnceWhenTold() {
    authenticate();
    world.db().query("update keypair set is_active = false where access_key = $1", Tuple.of(KEY));
    keypairs.forget(KEY);
    refused(401, "Access key not found");
  }

  @Test
  void shouldRefuseKeysOfInactiveUsers() {
    world
        .db()
        .query("update app_user set status = 'inactive' where username = 'user'", Tuple.tuple());
    try {
      refused(401, "Access key not found");
    } finally {
      world
          .db()
          .query("update app_user set status = 'active' where username = 'user'", Tuple.tuple());
    }
  }

  @Test
  void shouldHonourTheUsersAllowList() {
    var allow = "update app_user set allowed_client_ip = $1 where username = 'user'";
    world.db().query(allow, Tuple.tuple().addArrayOfString(new String[] {"10.0.0.0/8"}));
    try {
      refused(401, "'127.0.0.1' is not allowed IP address");
      headers.put("X-Forwarded-For", "10.9.8.7");
      assertThat(authenticate()).isNotNull();
    } finally {
      world.db().query(allow, Tuple.tuple().addArrayOfString(null));
    }
  }
}
