package org.polykern.gateway.create;

import io.vertx.sqlclient.Tuple;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.polykern.common.db.Db;
import org.polykern.common.problem.Problem;
import org.polykern.common.problem.ProblemCode;
import org.polykern.common.resource.DataSize;
import org.polykern.common.resource.ResourceSlots;
import org.polykern.gateway.auth.Caller;

/** Domains, projects, scaling groups, and what their agents have. */
final class Places {
  private static final String PROJECT =
      """
      select p.id, d.is_active as domain_active, p.is_active,
        exists (
          select 1 from project_member m where m.project_id = p.id and m.user_id = $3) as member
      from domain d left join project p on p.domain_name = d.name and p.name = $2
      where d.name = $1\
      """;

  // Groups with a living agent first, then the one named default.
  private static final String SCALING_GROUP =
      """
      select g.name from scaling_group g where g.is_active and ($1::text is null or g.name = $1)
      order by exists (
          select 1 from agent a where a.scaling_group = g.name and a.status = 'ALIVE') desc,
        g.name = 'default' desc, g.name
      limit 1\
      """;

  private static final String UNITS = "select slot_name, unit from slot_type";

  private static final String CAPACITIES =
      """
      select a.id, a.architecture, c.slot_name, c.capacity
      from agent a left join agent_capacity c on c.agent_id = a.id
      where a.scaling_group = $1 and a.status = 'ALIVE'\
      """;

  private final Db db;

  Places(Db db) {
    this.db = db;
  }

  /** Throws 400 "Invalid domain" or "Invalid group". */
  UUID project(Caller owner, String domain, String group) {
    if (!domain.equals(owner.domain()) && !owner.isSuperadmin()) {
      throw Problem.invalid("domain", "Invalid domain: '" + domain + "' is not yours.")
          .toException();
    }
    var rows = db.query(PROJECT, Tuple.of(domain, group, owner.userId())).iterator();
    var row = rows.hasNext() ? rows.next() : null;
    if (row == null || !row.getBoolean("domain_active")) {
      throw Problem.invalid("domain", "Invalid domain: there is no active domain '" + domain + "'.")
          .toException();
    }
    var id = row.getUUID("id");
    if (id == null || !row.getBoolean("is_active")) {
      throw Problem.invalid("group", "Invalid group: there is no active group '" + group + "'.")
          .toException();
    }
    var mayUseAll = owner.isSuperadmin() || owner.isDomainAdmin();
    if (!mayUseAll && !row.getBoolean("member")) {
      throw Problem.invalid("group", "Invalid group: you are not a member of '" + group + "'.")
          .toException();
    }
    return id;
  }

  /** Throws 404 for an unknown name, 400 when there is none at all. */
  String scalingGroup(@Nullable String wanted) {
    var rows = db.query(SCALING_GROUP, Tuple.of(wanted)).iterator();
    if (rows.hasNext()) {
      return rows.next().getString(0);
    }
    if (wanted != null) {
      throw Problem.notFound("scaling group", "There is no scaling group '" + wanted + "'.")
          .toException();
    }
    throw Problem.invalid("scaling_group", "There is no active scaling group.").toException();
  }

  /** Known slots with their units. */
  Map<String, String> units() {
    var units = new HashMap<String, String>();
    for (var row : db.query(UNITS, Tuple.tuple())) {
      units.put(row.getString(0), row.getString(1));
    }
    return units;
  }

  private static final class AgentTotals {
    final Map<String, BigDecimal> amounts = new TreeMap<>();
    String architecture = "";
  }

  /**
   * Refuses what no living agent could ever hold; without any living agent nothing is refused,
   * since agents may come back.
   *
   * @param needed what must fit into one agent
   */
  void requireSomeAgentFits(
      String group, String architecture, ResourceSlots needed, Map<String, String> units) {
    var agents = new LinkedHashMap<String, AgentTotals>();
    for (var row : db.query(CAPACITIES, Tuple.of(group))) {
      var agent = agents.computeIfAbsent(row.getString("id"), id -> new AgentTotals());
      agent.architecture = row.getString("architecture");
      if (row.getString("slot_name") != null) {
        agent.amounts.put(row.getString("slot_name"), row.getBigDecimal("capacity"));
      }
    }
    if (agents.isEmpty()) {
      return;
    }
    var usable = agents.values().stream().filter(a -> a.architecture.equals(architecture)).toList();
    if (usable.isEmpty()) {
      throw Problem.invalid(
              "architecture",
              "No agent of the scaling group " + group + " runs " + architecture + " images.")
          .toException();
    }
    if (usable.stream().noneMatch(a -> needed.fitsIn(new ResourceSlots(a.amounts)))) {
      throw tooMuch(group, needed, usable, units);
    }
  }

  private static RuntimeException tooMuch(
      String group, ResourceSlots needed, List<AgentTotals> usable, Map<String, String> units) {
    var sentences = new ArrayList<String>();
    var data = new LinkedHashMap<String, Object>();
    needed
        .amounts()
        .forEach((slot, amount) -> {
          var largest =
              usable.stream()
                  .map(a -> a.amounts.getOrDefault(slot, BigDecimal.ZERO))
                  .max(BigDecimal::compareTo)
                  .orElse(BigDecimal.ZERO);
          if (amount.compareTo(largest) > 0) {
            var unit = units.getOrDefault(slot, "count");
            var sentence =
                show(unit, amount)
                    + " of "
                    + slot
                    + " (the largest agent has "
                    + show(unit, largest)
                    + ")";
            sentences.add(sentence);
            data.put(slot, sentence);
          }
        });
    if (sentences.isEmpty()) {
      data.put("resources", "No single agent has all of " + needed.toText());
      sentences.add("all of " + needed.toText() + " in one agent");
    }
    return new Problem(
            ProblemCode.INVALID_API_PARAMS,
            null,
            "No agent of the scaling group "
                + group
                + " can ever give "
                + String.join(" and ", sentences)
                + "; ask for less.",
            data)
        .toException();
  }

  private static String show(String unit, BigDecimal amount) {
    return unit.equals("bytes")
        ? DataSize.format(amount)
        : amount.stripTrailingZeros().toPlainString();
  }
}
