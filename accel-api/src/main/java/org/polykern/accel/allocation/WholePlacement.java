package org.polykern.accel.allocation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.polykern.accel.Spread;

/** Lays whole units over devices. */
final class WholePlacement {
  private WholePlacement() {}

  /**
   * @param tiers together with room for the need
   * @return device to quanta, none of them 0
   */
  static Map<String, Long> place(List<List<Room>> tiers, long need, Spread spread) {
    var given = new LinkedHashMap<String, Long>();
    var left = need;
    for (var tier : tiers) {
      var here = Math.min(left, Room.sum(tier));
      if (here > 0) {
        given.putAll(spread == Spread.FILL ? fill(tier, here) : evenly(tier, here));
        left -= here;
      }
    }
    return given;
  }

  static Map<String, Long> fill(List<Room> rooms, long need) {
    var given = new LinkedHashMap<String, Long>();
    var left = need;
    for (var room : rooms) {
      var part = Math.min(left, room.free());
      if (part > 0) {
        given.put(room.device(), part);
        left -= part;
      }
    }
    return given;
  }

  /** In rounds: what is still needed is divided by the devices that still have room. */
  private static Map<String, Long> evenly(List<Room> rooms, long need) {
    var given = new LinkedHashMap<String, Long>();
    var left = need;
    var open = rooms;
    while (left > 0) {
      open = open.stream().filter(room -> room.free() > 0).toList();
      var each = left / open.size();
      var oneMore = left % open.size();
      var next = new HashMap<String, Room>();
      for (var room : open) {
        var part = Math.min(each + (oneMore-- > 0 ? 1 : 0), room.free());
        given.merge(room.device(), part, Long::sum);
        left -= part;
        next.put(room.device(), room.less(part));
      }
      open = reordered(open, next);
    }
    given.values().removeIf(part -> part == 0);
    return given;
  }

  /** Most free first again; a stable sort keeps near devices before far ones of the same room. */
  private static List<Room> reordered(List<Room> order, Map<String, Room> changed) {
    var rooms = new ArrayList<Room>();
    order.forEach(room -> rooms.add(changed.getOrDefault(room.device(), room)));
    return Room.emptiestFirst(rooms);
  }
}
