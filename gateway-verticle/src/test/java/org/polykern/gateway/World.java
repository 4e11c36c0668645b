package org.polykern.gateway;

import io.vertx.core.Vertx;
import java.util.UUID;
import org.polykern.common.bus.Bus;
import org.polykern.common.db.Db;
import org.polykern.common.db.DbConfig;
import org.polykern.common.secret.SecretBox;

/** The part of {@link TestWorld} that tests of other packages need. */
public final class World {
  private World() {}

  private static final World INSTANCE = new World();

  public static World get() {
    TestWorld.get();
    return INSTANCE;
  }

  public Db db() {
    return TestWorld.get().db;
  }

  public SecretBox secrets() {
    return TestWorld.get().secrets;
  }

  public UUID userId(String name) {
    return TestWorld.get().userId(name);
  }

  public DbConfig dbConfig() {
    return TestWorld.get().dbConfig;
  }

  public Vertx vertx() {
    return TestWorld.get().vertx;
  }

  public Bus bus() {
    return TestWorld.get().bus;
  }
}
