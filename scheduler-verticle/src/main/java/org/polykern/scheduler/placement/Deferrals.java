package org.polykern.scheduler.placement;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.Collection;
import java.util.UUID;
import org.polykern.common.db.Db;

/** Writes into the session rows why they wait. Blocks. */
public final class Deferrals {
  private static final String WRITE =
      """
      update session s set status_info = 'no-available-instances',
        status_data = s.status_data || jsonb_build_object('scheduler', d.reason::jsonb)
      from unnest($1::uuid[], $2::text[]) as d (id, reason)
      where s.id = d.id and s.status = 'PENDING'\
      """;

  private final Db db;

  public Deferrals(Db db) {
    this.db = db;
  }

  /** Only those that say something new, or every waiting session would cost a write per round. */
  public void write(Instant now, Collection<Deferral> deferrals) {
    var news = deferrals.stream().filter(Deferral::isNews).toList();
    if (news.isEmpty()) {
      return;
    }
    db.query(
        WRITE,
        Tuple.tuple()
            .addArrayOfUUID(news.stream().map(d -> d.session().id().value()).toArray(UUID[]::new))
            .addArrayOfString(
                news.stream().map(d -> json(now, d).encode()).toArray(String[]::new)));
  }

  private static JsonObject json(Instant now, Deferral deferral) {
    var failed = new JsonArray();
    deferral
        .failed()
        .forEach(p -> failed.add(new JsonObject().put("name", p.name()).put("msg", p.message())));
    return new JsonObject()
        .put("retries", deferral.session().lastDeferral().retries() + 1)
        .put("last_try", now.toString())
        .put("failed_predicates", failed)
        .put("passed_predicates", new JsonArray())
        .put("msg", deferral.message());
  }
}
