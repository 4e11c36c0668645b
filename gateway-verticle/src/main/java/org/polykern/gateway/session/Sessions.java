package org.polykern.gateway.session;

import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.polykern.common.db.Db;
import org.polykern.common.id.SessionId;
import org.polykern.common.problem.Problem;
import org.polykern.common.problem.ProblemCode;
import org.polykern.gateway.auth.Caller;

/** Finds sessions of one access key. */
public final class Sessions {
  private static final int MAX_MATCHES = 10;

  // The steps in order: session id or its prefix, exact name, prefix of the name, kernel id. Only
  // matches of the first step that has any count.
  private static final String RESOLVE =
      """
      with candidate as (
        select s.id,
          case
            when starts_with(s.id::text, lower($2)) then 1
            when s.name = $2 then 2
            when starts_with(s.name, $2) then 3
            when exists (
              select 1 from kernel k where k.session_id = s.id and k.id::text = lower($2)) then 4
          end as step
        from session s
        where s.access_key = $1 and (s.status not in ('TERMINATED', 'CANCELLED') or $3))
      select
      """
          + SessionRow.COLUMNS
          + """

          from candidate c
          join session s on s.id = c.id
          join kernel k on k.session_id = s.id and k.cluster_role = 'main'
          where c.step = (select min(step) from candidate)
          order by s.status in ('TERMINATED', 'CANCELLED'), s.created_at desc limit
          """
          + MAX_MATCHES;

  private static final String BY_ID =
      "select "
          + SessionRow.COLUMNS
          + """

          from session s join kernel k on k.session_id = s.id and k.cluster_role = 'main'
          where s.id = $1\
          """;

  private static final String LIVE_BY_NAME =
      "select "
          + SessionRow.COLUMNS
          + """

          from session s join kernel k on k.session_id = s.id and k.cluster_role = 'main'
          where s.access_key = $1 and s.name = $2 and s.status not in ('TERMINATED', 'CANCELLED')\
          """;

  private static final String MATCH =
      """
      select s.id, s.name, s.status from session s
      where s.access_key = $1 and s.status not in ('TERMINATED', 'CANCELLED')
        and (starts_with(s.id::text, lower($2)) or starts_with(s.name, $2))
      order by s.name limit
      """
          + MAX_MATCHES;

  private final Db db;

  public Sessions(Db db) {
    this.db = db;
  }

  /**
   * The one live session that {@code ref} means.
   *
   * @throws org.polykern.common.problem.ProblemException 404: none, or too many (with the matches)
   */
  public SessionRow resolve(String accessKey, String ref) {
    var found = find(accessKey, ref, false);
    if (found.size() > 1) {
      throw new Problem(
              ProblemCode.TOO_MANY_SESSIONS_MATCHED,
              null,
              "'" + ref + "' matches several sessions; give the whole name or id.",
              Map.of("matches", found.stream().map(Sessions::brief).toList()))
          .toException();
    }
    if (found.isEmpty()) {
      throw unknown(ref);
    }
    return found.getFirst();
  }

  /**
   * Like {@link #resolve}, but dead sessions count too and a living match wins over dead ones, then
   * the most recent one.
   */
  public SessionRow resolveDeadOrAlive(String accessKey, String ref) {
    var found = find(accessKey, ref, true);
    if (found.isEmpty()) {
      throw unknown(ref);
    }
    return found.getFirst();
  }

  public @Nullable SessionRow byId(SessionId id) {
    return first(BY_ID, Tuple.of(id.value()));
  }

  /** Of this very name; null when there is none. */
  public @Nullable SessionRow liveByName(String accessKey, String name) {
    return first(LIVE_BY_NAME, Tuple.of(accessKey, name));
  }

  /** At most ten live sessions whose id or name starts with the text. */
  List<Map<String, Object>> match(Caller owner, String prefix) {
    var matches = new ArrayList<Map<String, Object>>();
    for (var row : db.query(MATCH, Tuple.of(owner.accessKey(), prefix))) {
      var match = new LinkedHashMap<String, Object>();
      match.put("id", row.getUUID("id").toString());
      match.put("name", row.getString("name"));
      match.put("status", row.getString("status"));
      matches.add(match);
    }
    return matches;
  }

  private List<SessionRow> find(String accessKey, String ref, boolean deadToo) {
    var found = new ArrayList<SessionRow>();
    if (ref.indexOf('\0') < 0) {
      for (var row : db.query(RESOLVE, Tuple.of(accessKey, ref, deadToo))) {
        found.add(SessionRow.of(row));
      }
    }
    return found;
  }

  private @Nullable SessionRow first(String sql, Tuple parameters) {
    var rows = db.query(sql, parameters).iterator();
    return rows.hasNext() ? SessionRow.of(rows.next()) : null;
  }

  private static Map<String, Object> brief(SessionRow row) {
    var brief = new LinkedHashMap<String, Object>();
    brief.put("id", row.id().toString());
    brief.put("name", row.name());
    brief.put("status", row.status().publicName());
    brief.put("created_at", row.createdAt().toString());
    return brief;
  }

  private static RuntimeException unknown(String ref) {
    return Problem.notFound(
            "session", "You have no session whose id or name is, or starts with, '" + ref + "'.")
        .toException();
  }
}
