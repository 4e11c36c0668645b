package org.polykern.e2e.breach.agent;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.EventBus;
import io.vertx.pgclient.PgException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The calls that nobody may make. */
public final class Calls {
  private Calls() {}

  static EventBus eventBus(Vertx vertx) {
    return vertx.eventBus();
  }

  static Object awaits(Future<?> future) throws TimeoutException {
    return future.await(1, TimeUnit.SECONDS);
  }

  @SuppressWarnings("ThreadSleepMillis") // the breach that the rule must notice
  static void sleeps() throws InterruptedException {
    Thread.sleep(1);
  }

  static long readsTheClock() {
    return System.currentTimeMillis();
  }

  static synchronized boolean locks(Exception e) {
    return e instanceof PgException;
  }
}
