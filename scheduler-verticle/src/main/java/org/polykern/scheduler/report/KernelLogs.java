package org.polykern.scheduler.report;

import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Tuple;
import org.polykern.common.bus.AgentReport;
import org.polykern.common.db.Db;
import org.polykern.common.problem.Problem;
import org.polykern.common.problem.ProblemCode;

/** Keeps the containers' logs. Blocks. */
final class KernelLogs {
  static final int LIMIT_BYTES = 10 << 20;

  // A repeated piece replaces itself and what came after it; a piece beyond the end is refused.
  private static final String APPEND =
      """
      update kernel set container_log =
        substring(coalesce(container_log, ''::bytea) from 1 for $3::int) || $4::bytea
      where id = $1 and generation = $2 and length(coalesce(container_log, ''::bytea)) >= $3::int\
      """;
  private static final String LENGTH =
      "select length(coalesce(container_log, ''::bytea)) from kernel where id = $1 and generation = $2";

  private final Db db;

  KernelLogs(Db db) {
    this.db = db;
  }

  /** Pieces of unknown kernels and of older generations are dropped, as are those over 10 MiB. */
  void save(AgentReport.LogSaved saved) {
    if (saved.offset() < 0 || saved.offset() + saved.piece().length() > LIMIT_BYTES) {
      return;
    }
    var kernel = saved.kernelId().value();
    var piece = Buffer.buffer(saved.piece().array());
    var parameters = Tuple.of(kernel, saved.generation(), (int) saved.offset(), piece);
    if (db.query(APPEND, parameters).rowCount() > 0) {
      return;
    }
    for (var row : db.query(LENGTH, Tuple.of(kernel, saved.generation()))) {
      throw Problem.of(
              ProblemCode.UNAVAILABLE,
              "Expected the log piece at offset "
                  + row.getInteger(0)
                  + " next, but got the one at "
                  + saved.offset()
                  + "; send the log from its beginning.")
          .toException();
    }
  }
}
