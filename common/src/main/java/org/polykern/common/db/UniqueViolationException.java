package org.polykern.common.db;

import io.vertx.pgclient.PgException;

/**
 * A row with the same unique key exists. {@link #getConstraint} names the index, so that a
 * repository can turn it into a conflict without looking at SQLSTATEs.
 */
public final class UniqueViolationException extends PgException {
  private static final long serialVersionUID = 1L;
  static final String SQL_STATE = "23505";

  private final String constraint;

  UniqueViolationException(PgException cause) {
    super(cause.getErrorMessage(), cause.getSeverity(), cause.getSqlState(), cause.getDetail());
    this.constraint = cause.getConstraint();
  }

  @Override
  public String getConstraint() {
    return constraint;
  }
}
