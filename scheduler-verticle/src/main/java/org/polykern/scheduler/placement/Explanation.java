package org.polykern.scheduler.placement;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.polykern.scheduler.placement.Deferral.FailedPredicate;
import org.polykern.scheduler.queue.PendingSession;

/** Counts, for one unit, which filter refused how many agents with which words. */
final class Explanation {
  private final Map<Filter, Map<String, Integer>> counts = new LinkedHashMap<>();

  void count(Filter filter, String refusal) {
    counts.computeIfAbsent(filter, f -> new LinkedHashMap<>()).merge(refusal, 1, Integer::sum);
  }

  Deferral of(PendingSession session) {
    if (counts.isEmpty()) {
      var none = "no agent has joined resource group " + session.scalingGroup();
      return new Deferral(session, List.of(new FailedPredicate("agents", none)), none);
    }
    var failed = new ArrayList<FailedPredicate>();
    for (var filter : Filter.ALL) {
      var refusals = counts.get(filter);
      if (refusals != null) {
        failed.add(new FailedPredicate(filter.name(), words(refusals)));
      }
    }
    var message = failed.stream().map(FailedPredicate::message).collect(Collectors.joining("; "));
    return new Deferral(session, failed, message);
  }

  private static String words(Map<String, Integer> refusals) {
    return refusals.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(e -> e.getValue() + (e.getValue() == 1 ? " agent: " : " agents: ") + e.getKey())
        .collect(Collectors.joining("; "));
  }
}
