package org.polykern.accel.allocation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;

/** Sorts rooms into tiers: a later one is used only for what the ones before cannot hold. */
final class Tiers {
  private Tiers() {}

  static List<List<Room>> of(List<Room> rooms, long need, Hint hint) {
    if (hint.nodes().isEmpty()) {
      return unhinted(rooms, need, hint.affinity());
    }
    var clusters = new ArrayList<List<Room>>();
    for (var node : hint.nodes()) {
      clusters.add(Room.emptiestFirst(rooms.stream().filter(r -> r.node() == node).toList()));
    }
    var near = interleaved(clusters);
    var far = rooms.stream().filter(r -> !hint.nodes().contains(r.node())).toList();
    var tiers = new ArrayList<List<Room>>();
    tiers.add(near);
    if (hint.affinity() == Affinity.INTERLEAVED) {
      tiers.add(Room.emptiestFirst(far));
    } else {
      tiers.addAll(unhinted(far, need - Math.min(need, Room.sum(near)), hint.affinity()));
    }
    return tiers;
  }

  private static List<List<Room>> unhinted(List<Room> rooms, long need, Affinity affinity) {
    var clusters = clusters(rooms);
    if (affinity == Affinity.INTERLEAVED) {
      return List.of(interleaved(clusters));
    }
    var chosen = NodeChoice.fewest(clusters, need);
    return List.of(onNodes(clusters, chosen, true), onNodes(clusters, chosen, false));
  }

  private static List<Room> onNodes(List<List<Room>> clusters, Set<Integer> nodes, boolean inside) {
    return clusters.stream()
        .filter(cluster -> nodes.contains(cluster.getFirst().node()) == inside)
        .flatMap(List::stream)
        .toList();
  }

  /** Devices by node: the largest group first, of equal ones the least used. */
  private static List<List<Room>> clusters(List<Room> rooms) {
    var byNode = new LinkedHashMap<Integer, List<Room>>();
    rooms.forEach(room -> byNode.computeIfAbsent(room.node(), n -> new ArrayList<>()).add(room));
    return byNode.values().stream()
        .sorted(
            Comparator.comparingInt((List<Room> cluster) -> cluster.size())
                .reversed()
                .thenComparingLong(Tiers::used))
        .map(Room::emptiestFirst)
        .toList();
  }

  private static long used(List<Room> cluster) {
    return cluster.stream().mapToLong(room -> room.capacity() - room.free()).sum();
  }

  private static List<Room> interleaved(List<List<Room>> clusters) {
    var order = new ArrayList<Room>();
    var longest = clusters.stream().mapToInt(List::size).max().orElse(0);
    for (var turn = 0; turn < longest; turn++) {
      for (var cluster : clusters) {
        if (turn < cluster.size()) {
          order.add(cluster.get(turn));
        }
      }
    }
    return order;
  }
}
