package org.polykern.common.db;

import io.vertx.core.Vertx;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.TransactionRollbackException;
import io.vertx.sqlclient.Tuple;
import java.util.concurrent.TimeUnit;

/**
 * Two clients of one database: a pool for transactions, and a pipelined pooled client for single
 * statements. All methods block; call them from virtual threads of {@code Tasks}.
 */
public final class Db implements AutoCloseable {
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

    /** Runs one statement. Throws the driver's PgException (SQLSTATE inside) on failure. */
    public RowSet<Row> query(String sql, Tuple parameters) {
      return connection.preparedQuery(sql).execute(parameters).await();
    }
  }

  private final Pool transactions;
  private final SqlClient statements;

  /** Connects lazily; at most 4 connections more than the pool carry single statements. */
  public Db(Vertx vertx, DbConfig config) {
    var connect =
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

  /** Runs one statement in its own transaction, pipelined with others. */
  public RowSet<Row> query(String sql, Tuple parameters) {
    return statements.preparedQuery(sql).execute(parameters).await();
  }

  /** Runs the work in one transaction: commits when it returns, rolls back when it throws. */
  public <T> T inTransaction(Work<T> work) {
    var connection = transactions.getConnection().await();
    try {
      var transaction = connection.begin().await();
      T result;
      try {
        result = work.with(new Tx(connection));
      } catch (RuntimeException e) {
        try {
          transaction.rollback().await();
        } catch (TransactionRollbackException alreadyRolledBack) {
          e.addSuppressed(alreadyRolledBack);
        }
        throw e;
      }
      transaction.commit().await();
      return result;
    } finally {
      connection.close();
    }
  }

  @Override
  public void close() {
    statements.close();
    transactions.close();
  }
}
