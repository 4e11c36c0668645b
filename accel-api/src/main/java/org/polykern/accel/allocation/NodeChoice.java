package org.polykern.accel.allocation;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Chooses the fewest memory nodes that hold an amount. */
final class NodeChoice {
  /** Above it, all subsets are too many; no machine of today has so many nodes. */
  private static final int EXACT_NODES = 16;

  private NodeChoice() {}

  /**
   * Of the smallest sets of nodes that hold the amount the one with the least left over, so that
   * roomier nodes stay whole for larger requests; all nodes when none holds it.
   *
   * @param clusters rooms by node, none empty; earlier ones win ties
   */
  static Set<Integer> fewest(List<List<Room>> clusters, long need) {
    if (clusters.size() > EXACT_NODES) {
      return firstThatHold(clusters, need);
    }
    var free = clusters.stream().mapToLong(Room::sum).toArray();
    var best = -1;
    var bestLeft = 0L;
    for (var subset = 0; subset < 1 << free.length; subset++) {
      var left = sum(free, subset) - need;
      if (left < 0) {
        continue;
      }
      var fewer = best < 0 ? 1 : Integer.bitCount(best) - Integer.bitCount(subset);
      if (fewer > 0 || (fewer == 0 && left < bestLeft)) {
        best = subset;
        bestLeft = left;
      }
    }
    return nodes(clusters, best < 0 ? (1 << free.length) - 1 : best);
  }

  private static long sum(long[] free, int subset) {
    var sum = 0L;
    for (var i = 0; i < free.length; i++) {
      sum += (subset >> i & 1) * free[i];
    }
    return sum;
  }

  private static Set<Integer> nodes(List<List<Room>> clusters, int subset) {
    var nodes = new HashSet<Integer>();
    for (var i = 0; i < clusters.size(); i++) {
      if ((subset >> i & 1) == 1) {
        nodes.add(clusters.get(i).getFirst().node());
      }
    }
    return nodes;
  }

  private static Set<Integer> firstThatHold(List<List<Room>> clusters, long need) {
    var nodes = new HashSet<Integer>();
    var held = 0L;
    for (var cluster : clusters) {
      if (held >= need) {
        break;
      }
      nodes.add(cluster.getFirst().node());
      held += Room.sum(cluster);
    }
    return nodes;
  }
}
