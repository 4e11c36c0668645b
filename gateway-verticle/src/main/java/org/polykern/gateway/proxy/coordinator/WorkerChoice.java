package org.polykern.gateway.proxy.coordinator;

import io.vertx.core.json.JsonObject;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.polykern.gateway.proxy.Protocol;
import org.polykern.gateway.proxy.Worker;

/** Which workers can take a circuit, best first. */
final class WorkerChoice {
  /**
   * What is to be placed.
   *
   * @param facts what filters look at, by key
   */
  record Demand(Protocol protocol, boolean inference, Map<String, String> facts) {
    Demand {
      facts = Map.copyOf(facts);
    }
  }

  private WorkerChoice() {}

  /** Those made for it first, then names before ports, then where most slots are free. */
  static List<Worker> among(List<Worker> alive, Demand demand) {
    var traffic = demand.inference() ? "inference" : "interactive";
    return alive.stream()
        .filter(worker -> worker.nodes() > 0)
        .filter(worker -> worker.traffics().contains(traffic))
        .filter(worker -> worker.availableSlots() != 0)
        .filter(worker -> !worker.filteredOnly() || matches(worker, demand))
        .sorted(
            Comparator.<Worker, Boolean>comparing(worker -> !matches(worker, demand))
                .thenComparing(worker -> !worker.wildcard())
                .thenComparing(Comparator.comparingInt(WorkerChoice::free).reversed()))
        .toList();
  }

  private static int free(Worker worker) {
    return worker.availableSlots() == Worker.UNLIMITED
        ? Integer.MAX_VALUE - worker.occupied()
        : worker.availableSlots();
  }

  private static boolean matches(Worker worker, Demand demand) {
    return worker.filters().stream()
        .map(JsonObject.class::cast)
        .anyMatch(filter ->
            filter.getString("value", "").equals(demand.facts().get(filter.getString("key", ""))));
  }
}
