package org.polykern.common.bus;

import io.vertx.core.Vertx;
import org.junit.jupiter.api.AfterAll;

class LocalBusIT extends BusContract {
  private static final Vertx VERTX = Vertx.vertx();

  @AfterAll
  static void closeVertx() {
    VERTX.close().await();
  }

  @Override
  Vertx serverVertx() {
    return VERTX;
  }

  @Override
  Vertx clientVertx() {
    return VERTX;
  }
}
