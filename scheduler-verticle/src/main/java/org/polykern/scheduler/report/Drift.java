package org.polykern.scheduler.report;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.polykern.common.id.KernelId;
import org.polykern.common.kernel.KernelObserved;
import org.polykern.scheduler.report.AgentRepository.Believed;

/**
 * The difference between what an agent holds and what the rows believe. Pure.
 *
 * @param news observed states that the rows do not know yet
 * @param unknown held by the agent, but no live row places it there
 * @param vanished believed by the rows, but the agent does not hold it
 */
record Drift(List<KernelObserved> news, List<KernelObserved> unknown, List<Believed> vanished) {
  // Waiting for their (next) start: that the agent does not hold them is what the dispatch loop is
  // about to change.
  private static final Set<String> TO_BE_STARTED = Set.of("SCHEDULED", "RESTARTING");

  /**
   * @param grace rows younger than this are not judged: the heartbeat may have been on its way when
   *     the agent took the kernel
   */
  static Drift between(List<KernelObserved> held, List<Believed> believed, Duration grace) {
    var rows = new HashMap<KernelId, Believed>();
    believed.forEach(row -> rows.put(row.id(), row));
    var news = new ArrayList<KernelObserved>();
    var unknown = new ArrayList<KernelObserved>();
    for (var kernel : held) {
      var row = rows.get(kernel.kernelId());
      if (row == null) {
        unknown.add(kernel);
      } else if (kernel.generation() == row.generation()
          && kernel.state().rank() > row.observedRank()) {
        news.add(kernel);
      }
    }
    Set<KernelId> ids = held.stream().map(KernelObserved::kernelId).collect(Collectors.toSet());
    var vanished =
        believed.stream()
            .filter(row -> !ids.contains(row.id()))
            .filter(row -> !TO_BE_STARTED.contains(row.status()))
            .filter(row -> row.unchangedSeconds() * 1000 > grace.toMillis())
            .toList();
    return new Drift(news, unknown, vanished);
  }
}
