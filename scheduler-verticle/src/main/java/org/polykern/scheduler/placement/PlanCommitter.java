package org.polykern.scheduler.placement;

import io.vertx.sqlclient.Tuple;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.polykern.common.db.Db;
import org.polykern.common.db.UniqueViolationException;
import org.polykern.common.id.KernelId;
import org.polykern.common.id.SessionId;
import org.polykern.common.session.Lifecycle;
import org.polykern.common.session.SessionStatus;

/**
 * Makes a plan true in one transaction, or those sessions of it that still can be. The check
 * against capacity happens under row locks, so it holds whoever else commits at the same time.
 * Locks are taken in one order: sessions by id, then capacity rows by (agent, slot). Blocks.
 */
public final class PlanCommitter {
  private static final String LOCK_SESSIONS =
      """
      select id from session where id = any($1) and status = 'PENDING' and desired = 'run'
      order by id for update\
      """;

  private static final String LOCK_CAPACITY =
      """
      select c.agent_id, c.slot_name, c.capacity - c.occupied as free
      from agent_capacity c join agent a on a.id = c.agent_id
      where c.agent_id = any($1) and a.status = 'ALIVE' and a.schedulable
      order by c.agent_id, c.slot_name for update of c\
      """;

  private static final String BOOK =
      """
      update agent_capacity c set occupied = c.occupied + d.amount::numeric
      from unnest($1::text[], $2::text[], $3::text[]) as d (agent_id, slot_name, amount)
      where c.agent_id = d.agent_id and c.slot_name = d.slot_name
        and c.occupied + d.amount::numeric <= c.capacity\
      """;

  private static final String ASSIGN =
      """
      update kernel k set agent_id = d.agent_id
      from unnest($1::uuid[], $2::text[]) as d (id, agent_id) where k.id = d.id\
      """;

  private static final String LEDGER =
      """
      insert into allocation (kernel_id, agent_id, slot_name, amount)
      select d.kernel_id, d.agent_id, d.slot_name, d.amount::numeric
      from unnest($1::uuid[], $2::text[], $3::text[], $4::text[])
        as d (kernel_id, agent_id, slot_name, amount)\
      """;

  /** What one kernel takes of one slot of one agent. */
  private record Booking(UUID kernel, Place place, BigDecimal amount) {}

  private record Place(String agent, String slot) {}

  /** Thrown inside the transaction to undo it: a guard refused what the locks had promised. */
  private static final class Overtaken extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private final Db db;

  public PlanCommitter(Db db) {
    this.db = db;
  }

  public CommitOutcome commit(List<Assignment> assignments) {
    try {
      var committed = db.inTransaction(tx -> commit(tx, assignments));
      if (committed.isEmpty()) {
        return new CommitOutcome.ViewTooOld();
      }
      var refused =
          assignments.stream()
              .map(a -> a.session().id())
              .collect(Collectors.toCollection(HashSet::new));
      refused.removeAll(committed);
      return refused.isEmpty()
          ? new CommitOutcome.Committed(committed)
          : new CommitOutcome.PartlyCommitted(committed, refused);
    } catch (Overtaken | UniqueViolationException e) {
      return new CommitOutcome.ViewTooOld();
    }
  }

  private static Set<SessionId> commit(Db.Tx tx, List<Assignment> assignments) {
    var waiting = lockSessions(tx, assignments);
    var free = lockCapacity(tx, assignments);
    var accepted = new ArrayList<Assignment>();
    var bookings = new ArrayList<Booking>();
    for (var assignment : assignments) {
      var wanted = bookings(assignment);
      if (waiting.contains(assignment.session().id()) && take(free, wanted)) {
        accepted.add(assignment);
        bookings.addAll(wanted);
      }
    }
    if (!accepted.isEmpty()) {
      book(tx, bookings);
      move(tx, accepted);
    }
    return accepted.stream().map(a -> a.session().id()).collect(Collectors.toSet());
  }

  private static Set<SessionId> lockSessions(Db.Tx tx, List<Assignment> assignments) {
    var ids = assignments.stream().map(a -> a.session().id().value()).toArray(UUID[]::new);
    var waiting = new HashSet<SessionId>();
    for (var row : tx.query(LOCK_SESSIONS, Tuple.tuple().addArrayOfUUID(ids))) {
      waiting.add(new SessionId(row.getUUID(0)));
    }
    return waiting;
  }

  private static Map<Place, BigDecimal> lockCapacity(Db.Tx tx, List<Assignment> assignments) {
    var agents =
        assignments.stream()
            .flatMap(a -> a.agents().values().stream())
            .map(agent -> agent.value())
            .distinct()
            .toArray(String[]::new);
    var free = new HashMap<Place, BigDecimal>();
    for (var row : tx.query(LOCK_CAPACITY, Tuple.tuple().addArrayOfString(agents))) {
      free.put(new Place(row.getString(0), row.getString(1)), row.getBigDecimal(2));
    }
    return free;
  }

  private static List<Booking> bookings(Assignment assignment) {
    var bookings = new ArrayList<Booking>();
    for (var kernel : assignment.session().kernels()) {
      var agent = assignment.agents().get(kernel.id());
      if (agent == null) {
        throw new IllegalArgumentException(
            "Expected an agent for every kernel of session "
                + assignment.session().id()
                + ", but the plan has none for kernel "
                + kernel.id());
      }
      kernel
          .slots()
          .amounts()
          .forEach((slot, amount) ->
              bookings.add(
                  new Booking(kernel.id().value(), new Place(agent.value(), slot), amount)));
    }
    return bookings;
  }

  /** Takes all of it from {@code free}, or nothing. */
  private static boolean take(Map<Place, BigDecimal> free, List<Booking> wanted) {
    var left = new HashMap<Place, BigDecimal>();
    for (var booking : wanted) {
      var before =
          left.getOrDefault(booking.place(), free.getOrDefault(booking.place(), BigDecimal.ZERO));
      var after = before.subtract(booking.amount());
      if (after.signum() < 0) {
        return false;
      }
      left.put(booking.place(), after);
    }
    free.putAll(left);
    return true;
  }

  private static void book(Db.Tx tx, List<Booking> bookings) {
    var sums = new HashMap<Place, BigDecimal>();
    bookings.forEach(b -> sums.merge(b.place(), b.amount(), BigDecimal::add));
    var booked =
        tx.query(
            BOOK,
            Tuple.tuple()
                .addArrayOfString(texts(sums.keySet(), Place::agent))
                .addArrayOfString(texts(sums.keySet(), Place::slot))
                .addArrayOfString(texts(sums.values(), BigDecimal::toPlainString)));
    if (booked.rowCount() != sums.size()) {
      throw new Overtaken();
    }
    tx.query(
        LEDGER,
        Tuple.tuple()
            .addArrayOfUUID(bookings.stream().map(Booking::kernel).toArray(UUID[]::new))
            .addArrayOfString(texts(bookings, b -> b.place().agent()))
            .addArrayOfString(texts(bookings, b -> b.place().slot()))
            .addArrayOfString(texts(bookings, b -> b.amount().toPlainString())));
  }

  private static void move(Db.Tx tx, List<Assignment> accepted) {
    var agents = new HashMap<KernelId, String>();
    for (var assignment : accepted) {
      assignment.agents().forEach((kernel, agent) -> agents.put(kernel, agent.value()));
    }
    tx.query(
        ASSIGN,
        Tuple.tuple()
            .addArrayOfUUID(agents.keySet().stream().map(KernelId::value).toArray(UUID[]::new))
            .addArrayOfString(agents.values().toArray(String[]::new)));
    var kernels =
        Lifecycle.moveKernels(
            tx, agents.keySet(), SessionStatus.SCHEDULED, "scheduled", null, null);
    var sessions =
        Lifecycle.moveSessions(
            tx,
            accepted.stream().map(a -> a.session().id()).toList(),
            SessionStatus.SCHEDULED,
            "scheduled",
            "session_scheduled",
            null);
    if (kernels.size() != agents.size() || sessions.size() != accepted.size()) {
      throw new Overtaken();
    }
  }

  private static <T> String[] texts(
      Collection<T> items, java.util.function.Function<T, String> text) {
    return items.stream().map(text).toArray(String[]::new);
  }
}
