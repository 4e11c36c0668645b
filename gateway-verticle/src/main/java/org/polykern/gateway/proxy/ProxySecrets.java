package org.polykern.gateway.proxy;

import io.vertx.sqlclient.Tuple;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import org.polykern.common.db.Db;
import org.polykern.common.secret.SecretBox;

/**
 * The keys of the app proxy, each for one purpose, all drawn from one secret that is made at the
 * first start and kept, sealed, in the database.
 */
public final class ProxySecrets {
  private static final String KEY = "app-proxy.secret";
  private static final int BYTES = 32;
  private static final String INSERT =
      "insert into config (key, value) values ($1, $2) on conflict do nothing";
  private static final String SELECT = "select value from config where key = $1";

  private final byte[] setup;
  private final byte[] endpoint;
  private final String manager;
  private final String worker;

  private ProxySecrets(byte[] master, AppProxyConfig config) {
    setup = Jwt.hmac(master, "setup");
    endpoint = Jwt.hmac(master, "endpoint");
    manager =
        config.managerSecret().isEmpty()
            ? HexFormat.of().formatHex(Jwt.hmac(master, "manager"))
            : config.managerSecret();
    worker =
        config.workerSecret().isEmpty()
            ? HexFormat.of().formatHex(Jwt.hmac(master, "worker"))
            : config.workerSecret();
  }

  /**
   * Blocks.
   *
   * @throws IllegalStateException when the secret was sealed with another key
   */
  public static ProxySecrets open(Db db, SecretBox box, AppProxyConfig config) {
    var rows = db.query(SELECT, Tuple.of(KEY)).iterator();
    if (!rows.hasNext()) {
      var fresh = new byte[BYTES];
      new SecureRandom().nextBytes(fresh);
      var sealed = box.seal(HexFormat.of().formatHex(fresh));
      db.query(INSERT, Tuple.of(KEY, Base64.getEncoder().encodeToString(sealed)));
      rows = db.query(SELECT, Tuple.of(KEY)).iterator();
    }
    var sealed = Base64.getDecoder().decode(rows.next().getString("value"));
    return new ProxySecrets(HexFormat.of().parseHex(box.open(sealed)), config);
  }

  /** Signs the hand-over from coordinator to worker. */
  public byte[] setup() {
    return setup.clone();
  }

  /** Signs tokens of inference endpoints. */
  public byte[] endpoint() {
    return endpoint.clone();
  }

  public boolean isManager(String shown) {
    return equal(manager, shown);
  }

  public boolean isWorker(String shown) {
    return equal(worker, shown);
  }

  /** In a time that tells nothing of the contents. */
  private static boolean equal(String secret, String shown) {
    return MessageDigest.isEqual(
        secret.getBytes(StandardCharsets.UTF_8), shown.getBytes(StandardCharsets.UTF_8));
  }
}
