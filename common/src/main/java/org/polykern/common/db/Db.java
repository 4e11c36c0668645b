package org.polykern.common.db;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.TransactionRollbackException;
import io.vertx.sqlclient.Tuple;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Two clients of one database: a pool for transactions, and a pipelined pooled client for single
 * statements. All methods block; call them from virtual threads of {@code Tasks}.
 */
public final class Db implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Db.class);
  // deadlock_detected and serialization_failure: the server rolled back, a repetition may work.
  private static final Set<String> REPEATABLE = Set.of("40P01", "40001");
  private static final int ATTEMPTS = 4;

  /** Work inside one transaction. */
  @FunctionalInterface
  public interface Work<T> {
    T with(Tx tx);
  }

  /** One open transaction. */
  public static final class Tx {
    private final SqlConnection connection;

    private Tx(SqlConnection connection) {
      this.connection = connection;
    }

    /**
     * Runs one statement. Throws {@link UniqueViolationException}, or the driver's PgException
     * (SQLSTATE inside) for other failures; after a failure the transaction can only end.
     */
    public RowSet<Row> query(String sql, Tuple parameters) {
      return typed(() -> connection.preparedQuery(sql).execute(parameters).await());
    }
  }

  private final Vertx vertx;
  private final PgConnectOptions connect;
  private final Pool transactions;
  private final SqlClient statements;

  /** Connects lazily; at most 4 connections more than the pool carry single statements. */
  public Db(Vertx vertx, DbConfig config) {
    this.vertx = vertx;
    connect =
        new PgConnectOptions()
            .setHost(config.host())
            .setPort(config.port())
            .setDatabase(config.database())
            .setUser(config.user())
            .setPassword(config.password())
            .setCachePreparedStatements(true)
            .setPreparedStatementCacheMaxSize(256)
            .setPipeliningLimit(64);
    transactions =
        PgBuilder.pool()
            .with(
                new PoolOptions()
                    .setMaxSize(config.poolSize())
                    .setMaxWaitQueueSize(10_000)
                    .setConnectionTimeout(15)
                    .setConnectionTimeoutUnit(TimeUnit.SECONDS)
                    .setName("transactions"))
            .connectingTo(connect)
            .using(vertx)
            .build();
    statements =
        PgBuilder.client()
            .with(
                new PoolOptions().setMaxSize(Math.min(4, config.poolSize())).setName("statements"))
            .connectingTo(connect)
            .using(vertx)
            .build();
  }

  /** Runs one statement in its own transaction, pipelined with others. Failures as in Tx. */
  public RowSet<Row> query(String sql, Tuple parameters) {
    return typed(() -> statements.preparedQuery(sql).execute(parameters).await());
  }

  /**
   * Runs the work in one transaction: commits when it returns, rolls back when it throws. When the
   * server broke a deadlock (or a serialization conflict) by rolling this transaction back, the
   * work is run again, at most three times: so it must have no effects but its statements.
   */
  public <T> T inTransaction(Work<T> work) {
    for (var attempt = 1; ; attempt++) {
      try {
        return once(work);
      } catch (PgException e) {
        if (attempt == ATTEMPTS || !REPEATABLE.contains(e.getSqlState())) {
          throw e;
        }
        log.debug("Transaction runs again after SQLSTATE {}", e.getSqlState());
      }
    }
  }

  /** Opens a connection of its own, for advisory locks; the caller closes it. */
  public DbSession openSession() {
    return new DbSession(acquire(PgConnection.connect(vertx, connect).map(c -> c)));
  }

  @Override
  public void close() {
    statements.close();
    transactions.close();
  }

  private <T> T once(Work<T> work) {
    var connection = acquire(transactions.getConnection());
    try {
      var transaction = connection.begin().await();
      T result;
      try {
        result = work.with(new Tx(connection));
      } catch (Throwable e) { // await() rethrows checked causes too; whatever it is, roll back
        try {
          transaction.rollback().await();
        } catch (TransactionRollbackException alreadyRolledBack) {
          log.trace("Rolled back already");
        } catch (Throwable rollbackFailure) {
          e.addSuppressed(rollbackFailure);
        }
        throw e;
      }
      transaction.commit().await();
      return result;
    } finally {
      connection.close();
    }
  }

  /** Waits for a connection; when the wait is interrupted, the late connection is given back. */
  private static SqlConnection acquire(Future<SqlConnection> future) {
    try {
      return future.await();
    } catch (Throwable e) {
      future.onSuccess(SqlConnection::close);
      throw e;
    }
  }

  static <T> T typed(Supplier<T> statement) {
    try {
      return statement.get();
    } catch (PgException e) {
      if (UniqueViolationException.SQL_STATE.equals(e.getSqlState())) {
        throw new UniqueViolationException(e);
      }
      throw e;
    }
  }
}
