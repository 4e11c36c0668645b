package org.polykern.gateway.auth;

import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.polykern.common.db.Db;
import org.polykern.common.secret.SecretBox;

/**
 * Key pairs by access key, read through a cache. A change in the database is seen after {@link
 * #FRESH} at the latest, at once on this node after {@link #forget}. Unknown keys are not cached,
 * so that guessing cannot fill memory and a new key works at once.
 */
public final class Keypairs {
  static final Duration FRESH = Duration.ofSeconds(3);
  private static final int MAX_ENTRIES = 20_000;

  private static final String FIND =
      """
      select k.access_key, k.secret_key, k.is_admin, k.rate_limit, k.bootstrap_script,
        k.is_active and u.status = 'active' as usable,
        p.max_containers_per_session,
        u.id as user_id, u.email, u.username, u.role, u.domain_name, u.allowed_client_ip
      from keypair k join app_user u on u.id = k.user_id join keypair_policy p on p.name = k.policy
      where k.access_key = $1\
      """;

  private record Entry(Keypair keypair, long readAt) {}

  private final Db db;
  private final SecretBox secrets;
  private final ConcurrentHashMap<String, Entry> cache = new ConcurrentHashMap<>();

  public Keypairs(Db db, SecretBox secrets) {
    this.db = db;
    this.secrets = secrets;
  }

  /** Null when there is none. Blocks on a cache miss. */
  @Nullable Keypair find(String accessKey) {
    var entry = cache.get(accessKey);
    if (entry != null && System.nanoTime() - entry.readAt < FRESH.toNanos()) {
      return entry.keypair;
    }
    if (accessKey.indexOf('\0') >= 0) {
      return null;
    }
    var readAt = System.nanoTime();
    var rows = db.query(FIND, Tuple.of(accessKey)).iterator();
    if (!rows.hasNext()) {
      cache.remove(accessKey);
      return null;
    }
    var keypair = read(rows.next());
    if (cache.size() >= MAX_ENTRIES) {
      cache.clear();
    }
    cache.put(accessKey, new Entry(keypair, readAt));
    return keypair;
  }

  /** Whose key pair this is; null when there is none, or none that may be used. May block. */
  @Nullable Caller usable(String accessKey) {
    var keypair = find(accessKey);
    return keypair == null || !keypair.usable() ? null : keypair.caller();
  }

  /** To be called by whoever changes a key pair or its user. */
  public void forget(String accessKey) {
    cache.remove(accessKey);
  }

  private Keypair read(Row row) {
    var ips = row.getArrayOfStrings("allowed_client_ip");
    var caller =
        new Caller(
            row.getString("access_key"),
            row.getUUID("user_id"),
            row.getString("email"),
            row.getString("username"),
            row.getString("role"),
            row.getBoolean("is_admin"),
            row.getString("domain_name"),
            row.getInteger("rate_limit"),
            row.getInteger("max_containers_per_session"),
            row.getString("bootstrap_script"),
            ips == null ? List.of() : List.of(ips));
    var secret = secrets.open(row.getBuffer("secret_key").getBytes());
    return new Keypair(caller, secret, row.getBoolean("usable"));
  }
}
