package org.polykern.scheduler.placement;

import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.polykern.common.db.Db;
import org.polykern.common.id.AgentId;
import org.polykern.common.resource.ResourceSlots;
import org.polykern.scheduler.queue.PendingKernel;
import org.polykern.scheduler.queue.PendingSession;

/** Reads the cluster's view. Blocks. */
public final class ClusterRepository {
  private static final String READ =
      """
      select a.id, a.scaling_group, a.status = 'ALIVE' as alive, a.schedulable, a.architecture,
        c.slot_name, c.capacity, c.occupied,
        array(select i.image_name from agent_image i
          where i.agent_id = a.id and i.architecture = a.architecture
          and i.image_name = any($1)) as images
      from agent a left join agent_capacity c on c.agent_id = a.id
      where a.status <> 'TERMINATED' and a.scaling_group = any($2)
      order by a.id\
      """;

  private final Db db;

  public ClusterRepository(Db db) {
    this.db = db;
  }

  /** The agents of the groups that the sessions wait for, with the images that they ask for. */
  public ClusterView read(Instant now, Collection<PendingSession> pending) {
    var images =
        pending.stream()
            .flatMap(session -> session.kernels().stream())
            .map(PendingKernel::image)
            .distinct()
            .toArray(String[]::new);
    var groups = pending.stream().map(PendingSession::scalingGroup).distinct();
    var rows =
        db.query(
            READ,
            Tuple.tuple().addArrayOfString(images).addArrayOfString(groups.toArray(String[]::new)));
    Map<String, List<Row>> byAgent = new LinkedHashMap<>();
    for (var row : rows) {
      byAgent.computeIfAbsent(row.getString("id"), id -> new ArrayList<>()).add(row);
    }
    return new ClusterView(now, byAgent.values().stream().map(ClusterRepository::agent).toList());
  }

  private static AgentView agent(List<Row> rows) {
    var first = rows.getFirst();
    var architecture = first.getString("architecture");
    Set<ImageKey> images =
        Arrays.stream(first.getArrayOfStrings("images"))
            .map(name -> new ImageKey(name, architecture))
            .collect(Collectors.toSet());
    return new AgentView(
        new AgentId(first.getString("id")),
        first.getString("scaling_group"),
        first.getBoolean("alive"),
        first.getBoolean("schedulable"),
        architecture,
        slots(rows, "capacity"),
        slots(rows, "occupied"),
        images);
  }

  private static ResourceSlots slots(List<Row> rows, String column) {
    var amounts = new HashMap<String, BigDecimal>();
    for (var row : rows) {
      var slot = row.getString("slot_name");
      if (slot != null) {
        amounts.put(slot, row.getBigDecimal(column));
      }
    }
    return new ResourceSlots(amounts);
  }
}
