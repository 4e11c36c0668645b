package org.polykern.accel.allocation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.polykern.accel.Spread;

/**
 * Lays parts of devices over devices, in whole quanta. Evenly means: on one device if it fits, on
 * the fullest that has room; else as equal as possible, and then on as few devices as possible.
 */
final class PartPlacement {
  private PartPlacement() {}

  /**
   * @param tiers together with room for the need
   * @return device to quanta, none of them 0
   */
  static Map<String, Long> place(List<List<Room>> tiers, long need, Spread spread) {
    var given = new LinkedHashMap<String, Long>();
    var left = need;
    for (var tier : unsplit(tiers, need)) {
      var here = Math.min(left, Room.sum(tier));
      if (here > 0) {
        var rooms = Room.emptiestFirst(tier.stream().filter(room -> room.free() > 0).toList());
        given.putAll(
            spread == Spread.FILL ? WholePlacement.fill(rooms, here) : evenly(rooms, here));
        left -= here;
      }
    }
    return given;
  }

  /** One device, even a far one, is better than two near ones: the nearest tier that has one. */
  private static List<List<Room>> unsplit(List<List<Room>> tiers, long need) {
    return tiers.stream()
        .filter(tier -> tier.stream().anyMatch(room -> room.free() >= need))
        .findFirst()
        .map(List::of)
        .orElse(tiers);
  }

  /** Whether the need can be met without splitting it more than the devices' size makes it. */
  static boolean fitsUnfragmented(List<Room> rooms, long need) {
    var capacity = rooms.stream().mapToLong(Room::capacity).max().orElse(0);
    if (capacity == 0 || need <= capacity) {
      return rooms.stream().anyMatch(room -> room.free() >= need);
    }
    for (var count = Math.ceilDiv(need, capacity); count <= rooms.size(); count++) {
      var each = need / count;
      var larger = need - count * each;
      if (having(rooms, each + 1) >= larger && having(rooms, each) >= count) {
        return true;
      }
    }
    return false;
  }

  private static long having(List<Room> rooms, long least) {
    return rooms.stream().filter(room -> room.free() >= least).count();
  }

  private static Map<String, Long> evenly(List<Room> rooms, long need) {
    if (rooms.getFirst().free() >= need) {
      var fits = rooms.stream().filter(room -> room.free() >= need).toList();
      return Map.of(fits.getLast().device(), need);
    }
    // Larger windows come later, so the first of the best has the fewest devices.
    return windows(rooms, need).stream()
        .min(Comparator.comparingLong(PartPlacement::unevenness))
        .orElseThrow();
  }

  /** For each number of devices the best window: of equally even ones the fullest devices. */
  private static List<Map<String, Long>> windows(List<Room> rooms, long need) {
    var best = new ArrayList<Map<String, Long>>();
    for (var size = smallestWindow(rooms, need); size <= rooms.size(); size++) {
      var chosen = split(rooms.subList(0, size), need);
      for (var start = 1; start + size <= rooms.size(); start++) {
        var window = rooms.subList(start, start + size);
        if (Room.sum(window) < need) {
          break;
        }
        var candidate = split(window, need);
        if (unevenness(candidate) > unevenness(chosen)) {
          break;
        }
        chosen = candidate;
      }
      best.add(chosen);
    }
    return best;
  }

  private static int smallestWindow(List<Room> rooms, long need) {
    var size = 0;
    for (var sum = 0L; sum < need; size++) {
      sum += rooms.get(size).free();
    }
    return size;
  }

  /** Small devices give all they have, the others equal parts; the odd quanta go to the first. */
  private static Map<String, Long> split(List<Room> window, long need) {
    var given = new LinkedHashMap<String, Long>();
    var left = need;
    var open = window.size();
    while (window.get(open - 1).free() * open < left) {
      open--;
      given.put(window.get(open).device(), window.get(open).free());
      left -= window.get(open).free();
    }
    for (var i = 0; i < open; i++) {
      given.put(window.get(i).device(), left / open + (i < left % open ? 1 : 0));
    }
    given.values().removeIf(part -> part == 0);
    return given;
  }

  /** Most less least. One quantum is what an uneven division leaves and counts as even. */
  private static long unevenness(Map<String, Long> given) {
    var figures = given.values().stream().mapToLong(Long::longValue).summaryStatistics();
    var difference = figures.getMax() - figures.getMin();
    return difference == 1 ? 0 : difference;
  }
}
