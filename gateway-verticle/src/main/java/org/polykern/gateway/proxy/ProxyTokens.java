package org.polykern.gateway.proxy;

import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Tuple;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.polykern.common.db.Db;

/** What start-service hands out: leave to open apps of one session, for minutes. Blocks. */
public final class ProxyTokens {
  /**
   * Who may open what.
   *
   * @param app the service that was started; null = not known
   * @param port its container port; null = its first
   */
  public record Leave(
      UUID session,
      UUID user,
      String accessKey,
      @Nullable UUID project,
      String domain,
      @Nullable String app,
      @Nullable Integer port) {}

  private static final int BYTES = 32;
  private static final String INSERT =
      """
      insert into proxy_token (digest, session_id, user_id, access_key, project_id, domain_name, app,
        port, expires_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)\
      """;
  private static final String SELECT =
      "select * from proxy_token where digest = $1 and session_id = $2 and expires_at > $3";
  private static final String EXPIRE = "delete from proxy_token where expires_at < $1";

  private final Db db;
  private final SecureRandom random = new SecureRandom();

  public ProxyTokens(Db db) {
    this.db = db;
  }

  /** Unguessable and safe in a URL. */
  public String issue(Leave leave, Duration ttl, Instant now) {
    var bytes = new byte[BYTES];
    random.nextBytes(bytes);
    var token = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    db.query(
        INSERT,
        Tuple.tuple()
            .addBuffer(digest(token))
            .addUUID(leave.session())
            .addUUID(leave.user())
            .addString(leave.accessKey())
            .addUUID(leave.project())
            .addString(leave.domain())
            .addString(leave.app())
            .addInteger(leave.port())
            .addOffsetDateTime(CircuitRepository.at(now.plus(ttl))));
    return token;
  }

  /** Null when the token was never given, has expired, or is for another session. */
  public @Nullable Leave find(String token, UUID session, Instant now) {
    // Looked up by its digest: how long that takes tells nothing of the token.
    var rows =
        db.query(SELECT, Tuple.of(digest(token), session, CircuitRepository.at(now))).iterator();
    if (!rows.hasNext()) {
      return null;
    }
    var row = rows.next();
    return new Leave(
        row.getUUID("session_id"),
        row.getUUID("user_id"),
        row.getString("access_key"),
        row.getUUID("project_id"),
        row.getString("domain_name"),
        row.getString("app"),
        row.getInteger("port"));
  }

  public void deleteExpired(Instant now) {
    db.query(EXPIRE, Tuple.of(CircuitRepository.at(now)));
  }

  private static Buffer digest(String token) {
    try {
      return Buffer.buffer(
          MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Expected Java to know SHA-256", e);
    }
  }
}
