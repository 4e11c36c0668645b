package org.polykern.gateway.system;

import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.sqlclient.Tuple;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.polykern.common.bus.Bus;
import org.polykern.common.bus.SchedulerWake;
import org.polykern.common.bus.Topic;
import org.polykern.common.db.Db;
import org.polykern.gateway.http.Answer;
import org.polykern.gateway.http.Call;
import org.polykern.gateway.rate.RedisLink;

/** Whether the database, Redis and the bus answer. */
final class Health {
  private static final long BUS_PATIENCE_S = 2;
  private static final String AGENTS = "select count(*) from agent where status = 'ALIVE'";

  /** One check of one part; throws when it does not answer. */
  private interface Check {
    Object result() throws InterruptedException;
  }

  private final Db db;
  private final RedisLink redis;
  private final Bus bus;
  private final Topic<SchedulerWake> echo = new Topic<>("gateway." + UUID.randomUUID() + ".echo");
  private final ConcurrentHashMap<String, CountDownLatch> echoes = new ConcurrentHashMap<>();

  Health(Db db, RedisLink redis, Bus bus) {
    this.db = db;
    this.redis = redis;
    this.bus = bus;
    bus.subscribe(
        echo,
        message -> {
          var latch = echoes.get(message.why());
          if (latch != null) {
            latch.countDown();
          }
        });
  }

  /** 200 when all answer, else 503; names what does not. */
  Answer answer(Call call) throws InterruptedException {
    var report = new LinkedHashMap<String, Object>();
    var healthy =
        put(
            report,
            "database",
            () -> {
              report.put("agents", db.query(AGENTS, Tuple.tuple()).iterator().next().getLong(0));
              return "ok";
            });
    healthy &=
        put(
            report,
            "redis",
            () -> {
              redis.send(Request.cmd(Command.PING));
              return "ok";
            });
    healthy &= put(report, "bus", this::hearOwnEcho);
    report.put("status", healthy ? "ok" : "failing");
    return Answer.json(healthy ? 200 : 503, report);
  }

  private Object hearOwnEcho() throws InterruptedException {
    var word = UUID.randomUUID().toString();
    var latch = new CountDownLatch(1);
    echoes.put(word, latch);
    try {
      bus.publish(echo, new SchedulerWake(word));
      if (!latch.await(BUS_PATIENCE_S, TimeUnit.SECONDS)) {
        throw new IllegalStateException("no echo within " + BUS_PATIENCE_S + " s");
      }
      return "ok";
    } finally {
      echoes.remove(word);
    }
  }

  private static boolean put(Map<String, Object> report, String part, Check check)
      throws InterruptedException {
    try {
      report.put(part, check.result());
      return true;
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) { // await() rethrows checked causes
      report.put(part, "failing: " + e.getMessage());
      return false;
    }
  }
}
