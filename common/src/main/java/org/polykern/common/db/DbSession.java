package org.polykern.common.db;

import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;

/**
 * One connection outside of the pools, for what lives as long as its connection: advisory locks.
 * When the connection breaks, so does whatever it held.
 */
public final class DbSession implements AutoCloseable {
  private final SqlConnection connection;
  private volatile boolean broken;

  DbSession(SqlConnection connection) {
    this.connection = connection;
    connection.closeHandler(closed -> broken = true);
  }

  /** Runs one statement; blocks. */
  public RowSet<Row> query(String sql, Tuple parameters) {
    return Db.typed(() -> connection.preparedQuery(sql).execute(parameters).await());
  }

  /** False as soon as this side knows that the connection is gone. */
  public boolean isOpen() {
    return !broken;
  }

  @Override
  public void close() {
    broken = true;
    connection.close();
  }
}
