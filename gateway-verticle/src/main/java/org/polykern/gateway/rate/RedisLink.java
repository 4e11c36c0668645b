package org.polykern.gateway.rate;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.polykern.common.config.RedisConfig;

/**
 * One Redis connection on which the commands of all threads are pipelined; made anew after it
 * broke.
 */
public final class RedisLink implements AutoCloseable {
  private static final long TIMEOUT_MS = 500;
  private static final int MAX_IN_FLIGHT = 20_000;

  private final Redis redis;
  private final AtomicReference<@Nullable Future<RedisConnection>> current =
      new AtomicReference<>();

  public RedisLink(Vertx vertx, RedisConfig config) {
    var options =
        new RedisOptions()
            .setConnectionString("redis://" + config.host() + ":" + config.port())
            .setMaxWaitingHandlers(MAX_IN_FLIGHT);
    if (!config.password().isEmpty()) {
      options.setPassword(config.password());
    }
    this.redis = Redis.createClient(vertx, options);
  }

  /** Blocks for at most half a second. */
  public @Nullable Response send(Request request) {
    try {
      return connection()
          .compose(connection -> connection.send(request))
          .timeout(TIMEOUT_MS, TimeUnit.MILLISECONDS)
          .await();
    } catch (Throwable e) { // the client fails with checked exceptions, which await() rethrows
      throw new RedisFailedException(e);
    }
  }

  private Future<RedisConnection> connection() {
    var known = current.get();
    if (known != null) {
      return known;
    }
    var fresh = redis.connect();
    if (!current.compareAndSet(null, fresh)) {
      fresh.onSuccess(RedisConnection::close);
      return connection();
    }
    fresh.onFailure(failure -> current.compareAndSet(fresh, null));
    fresh.onSuccess(connection -> {
      connection.exceptionHandler(failure -> current.compareAndSet(fresh, null));
      connection.endHandler(end -> current.compareAndSet(fresh, null));
    });
    return fresh;
  }

  @Override
  public void close() {
    redis.close();
  }
}
