package org.polykern.gateway;

import java.util.UUID;
import org.polykern.common.db.Db;
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
}
