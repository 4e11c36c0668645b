package org.polykern.gateway.rate;

import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.polykern.common.problem.Problem;
import org.polykern.common.problem.ProblemCode;
import org.polykern.common.problem.ProblemException;
import org.polykern.gateway.auth.TicketStore;

/** Tickets in Redis. */
public final class RedisTickets implements TicketStore {
  private static final String PREFIX = "ticket:";
  private static final String TAKE =
      "local value = redis.call('GET', KEYS[1]) redis.call('DEL', KEYS[1]) return value";

  private final RedisLink redis;

  public RedisTickets(RedisLink redis) {
    this.redis = redis;
  }

  @Override
  public void put(String key, String value, Duration life) {
    send(Request.cmd(Command.SET).arg(PREFIX + key).arg(value).arg("EX").arg(life.toSeconds()));
  }

  @Override
  public @Nullable String get(String key) {
    return text(send(Request.cmd(Command.GET).arg(PREFIX + key)));
  }

  @Override
  public @Nullable String take(String key) {
    return text(send(Request.cmd(Command.EVAL).arg(TAKE).arg(1).arg(PREFIX + key)));
  }

  private static @Nullable String text(@Nullable Response response) {
    return response == null ? null : response.toString();
  }

  private @Nullable Response send(Request request) {
    try {
      return redis.send(request);
    } catch (RedisFailedException e) {
      throw new ProblemException(
          Problem.of(ProblemCode.UNAVAILABLE, "Redis does not answer; please try again later."), e);
    }
  }
}
