package org.polykern.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import io.vertx.sqlclient.Tuple;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.polykern.common.db.UniqueViolationException;

/** The promises of {@code common}'s Db, on real PostgreSQL. */
class DbIT {
  private static final String INSERT = "insert into config (key, value) values ($1, $2)";
  private World world;

  @BeforeEach
  void start() {
    world = new World();
  }

  @AfterEach
  void stop() {
    world.close();
  }

  private long count() {
    return world.one("select count(*) from config").getLong(0);
  }

  @Test
  void shouldTypeUniqueViolations() {
    world.sql(INSERT, "a", "1");
    assertThatThrownBy(() -> world.sql(INSERT, "a", "1"))
        .isInstanceOfSatisfying(
            UniqueViolationException.class,
            e -> assertThat(e.getConstraint()).isEqualTo("config_pkey"));
    assertThatThrownBy(() -> world.db.inTransaction(tx -> tx.query(INSERT, Tuple.of("a", "1"))))
        .isInstanceOf(UniqueViolationException.class);
  }

  @Test
  void shouldRollBackWhateverIsThrown() {
    // More often than the pool has connections: none may be left inside a transaction.
    for (var i = 0; i < 20; i++) {
      assertThatThrownBy(() ->
              world.db.inTransaction(tx -> {
                tx.query(INSERT, Tuple.of("b", "1"));
                return Future.failedFuture(new IOException("checked")).await();
              }))
          .isInstanceOf(IOException.class);
      assertThatThrownBy(() ->
              world.db.inTransaction(tx -> {
                tx.query(INSERT, Tuple.of("b", "1"));
                throw new AssertionError("an Error");
              }))
          .isInstanceOf(AssertionError.class);
    }
    assertThat(count()).isZero();
    assertThat(world.db.<Integer>inTransaction(tx -> 7)).isEqualTo(7);
  }

  @Test
  void shouldGiveBackConnectionsOfInterruptedWaiters() throws Exception {
    for (var i = 0; i < 30; i++) {
      var waiter =
          Thread.ofVirtual()
              .unstarted(() -> {
                Thread.currentThread().interrupt();
                try {
                  world.db.inTransaction(tx -> tx.query("select 1", Tuple.tuple()));
                } catch (Throwable interrupted) {
                  assertThat(interrupted).isInstanceOf(InterruptedException.class);
                }
              });
      waiter.start();
      assertThat(waiter.join(Duration.ofSeconds(10))).isTrue();
    }
    assertThat(world.db.<Integer>inTransaction(tx -> 7)).isEqualTo(7);
  }

  @Test
  void shouldRepeatTheVictimOfADeadlock() throws Exception {
    world.sql(INSERT, "a", "0");
    world.sql(INSERT, "b", "0");
    var bothHoldOne = new CyclicBarrier(2);
    var runs = new AtomicInteger();
    var threads =
        List.of(List.of("a", "b"), List.of("b", "a")).stream()
            .map(order -> Thread.ofVirtual().start(() -> crossed(order, bothHoldOne, runs)))
            .toList();
    for (var thread : threads) {
      assertThat(thread.join(Duration.ofSeconds(30))).isTrue();
    }
    assertThat(world.rows("select 1 from config where value = '2'")).hasSize(2);
    // Two and the victim's repetition, which may itself be a victim once more.
    assertThat(runs.get()).isBetween(3, 5);
  }

  private void crossed(List<String> order, CyclicBarrier bothHoldOne, AtomicInteger runs) {
    var add = "update config set value = (value::int + 1)::text where key = $1";
    var first = new AtomicInteger();
    world.db.inTransaction(tx -> {
      runs.incrementAndGet();
      tx.query(add, Tuple.of(order.getFirst()));
      if (first.getAndIncrement() == 0) {
        try {
          bothHoldOne.await(10, TimeUnit.SECONDS);
        } catch (Exception e) {
          throw new AssertionError(e);
        }
      }
      return tx.query(add, Tuple.of(order.getLast()));
    });
  }

  @Test
  void shouldNoticeABrokenSession() {
    try (var session = world.db.openSession()) {
      var pid = session.query("select pg_backend_pid()", Tuple.tuple()).iterator().next();
      assertThat(session.isOpen()).isTrue();
      world.sql("select pg_terminate_backend($1)", pid.getInteger(0));
      org.awaitility.Awaitility.await().until(() -> !session.isOpen());
    }
  }
}
