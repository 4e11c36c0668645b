package org.polykern.accel.allocation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.ToIntBiFunction;

/**
 * Chooses the best linked devices out of those that are free. Better means, in this order: a
 * greater sum of ranks over all pairs; more devices on the nodes of the hint; fewer nodes; less
 * rank between what is taken and what stays, so that good groups stay whole for the next one;
 * earlier in the given order. Exact up to {@link #EXACT} groups (8 of 16 devices), beyond that one
 * device after the other and then improved by exchanging.
 */
final class LinkGroup {
  /** How many groups are looked at, all of them. */
  static final long EXACT = 20_000;

  private final List<Room> rooms;
  private final int[][] rank;
  private final Set<Integer> near;

  /**
   * @param rooms devices that are wholly free, in order of preference
   * @param rank of the way between two devices, by id, 0 without one; symmetric
   */
  LinkGroup(List<Room> rooms, ToIntBiFunction<String, String> rank, Set<Integer> near) {
    this.rooms = rooms;
    this.near = near;
    this.rank = new int[rooms.size()][rooms.size()];
    for (var i = 0; i < rooms.size(); i++) {
      for (var j = 0; j < rooms.size(); j++) {
        this.rank[i][j] =
            i == j ? 0 : rank.applyAsInt(rooms.get(i).device(), rooms.get(j).device());
      }
    }
  }

  /** Ids of so many devices; there are at least that many. */
  List<String> best(int count) {
    var chosen = groups(rooms.size(), count) <= EXACT ? exact(count) : grown(count);
    return Arrays.stream(chosen).mapToObj(i -> rooms.get(i).device()).toList();
  }

  /** Greater is better. */
  private record Score(long linked, int near, int nodes, long cut) {
    boolean betterThan(Score other) {
      if (linked != other.linked) {
        return linked > other.linked;
      }
      if (near != other.near) {
        return near > other.near;
      }
      return nodes != other.nodes ? nodes < other.nodes : cut < other.cut;
    }
  }

  private int[] exact(int count) {
    var group = first(count);
    var best = group.clone();
    var bestScore = score(group);
    while (advance(group)) {
      var score = score(group);
      if (score.betterThan(bestScore)) {
        best = group.clone();
        bestScore = score;
      }
    }
    return best;
  }

  private static int[] first(int count) {
    var group = new int[count];
    Arrays.setAll(group, i -> i);
    return group;
  }

  /** The next group in lexicographic order; false after the last. */
  private boolean advance(int[] group) {
    var last = group.length - 1;
    while (last >= 0 && group[last] == rooms.size() - group.length + last) {
      last--;
    }
    if (last < 0) {
      return false;
    }
    group[last]++;
    for (var i = last + 1; i < group.length; i++) {
      group[i] = group[i - 1] + 1;
    }
    return true;
  }

  private int[] grown(int count) {
    var best = first(count);
    for (var seed = 0; seed < rooms.size(); seed++) {
      var group = new ArrayList<Integer>(List.of(seed));
      while (group.size() < count) {
        group.add(bestAddition(group));
      }
      var sorted = group.stream().mapToInt(Integer::intValue).sorted().toArray();
      best = score(sorted).betterThan(score(best)) ? sorted : best;
    }
    return improved(best);
  }

  private int bestAddition(List<Integer> group) {
    var best = -1;
    var bestScore = new Score(-1, 0, 0, 0);
    for (var candidate = 0; candidate < rooms.size(); candidate++) {
      if (!group.contains(candidate)) {
        var grown = new ArrayList<>(group);
        grown.add(candidate);
        var score = score(grown.stream().mapToInt(Integer::intValue).toArray());
        if (score.betterThan(bestScore)) {
          best = candidate;
          bestScore = score;
        }
      }
    }
    return best;
  }

  /** Exchanges one member for one outsider as long as that helps; each step is a better score. */
  private int[] improved(int[] group) {
    for (var place = 0; place < group.length; place++) {
      for (var other = 0; other < rooms.size(); other++) {
        var candidate = group.clone();
        candidate[place] = other;
        if (contains(group, other) || !score(candidate).betterThan(score(group))) {
          continue;
        }
        Arrays.sort(candidate);
        return improved(candidate);
      }
    }
    return group;
  }

  private Score score(int[] group) {
    var linked = 0L;
    var all = 0L;
    var nearOnes = 0;
    var nodes = new HashSet<Integer>();
    for (var member : group) {
      for (var other : group) {
        linked += rank[member][other];
      }
      all += Arrays.stream(rank[member]).sum();
      nodes.add(rooms.get(member).node());
      nearOnes += near.contains(rooms.get(member).node()) ? 1 : 0;
    }
    return new Score(linked / 2, nearOnes, nodes.size(), all - linked);
  }

  private static boolean contains(int[] group, int device) {
    return Arrays.stream(group).anyMatch(member -> member == device);
  }

  /** How many groups there are, or something above {@link #EXACT}. */
  private static long groups(int of, int count) {
    var groups = 1L;
    for (var i = 1; i <= Math.min(count, of - count); i++) {
      groups = groups * (of - i + 1) / i;
      if (groups > EXACT) {
        return groups;
      }
    }
    return groups;
  }
}
