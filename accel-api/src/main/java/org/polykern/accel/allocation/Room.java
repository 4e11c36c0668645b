package org.polykern.accel.allocation;

import java.util.Comparator;
import java.util.List;

/** What is free of a device, and what there is of it at all, in quanta. */
record Room(String device, int node, long free, long capacity) {
  static long sum(List<Room> rooms) {
    return rooms.stream().mapToLong(Room::free).sum();
  }

  /** Most free first; equal ones stay in their order. */
  static List<Room> emptiestFirst(List<Room> rooms) {
    return rooms.stream().sorted(Comparator.comparingLong(Room::free).reversed()).toList();
  }

  static List<Room> together(List<List<Room>> tiers) {
    return tiers.stream().flatMap(List::stream).toList();
  }

  Room less(long taken) {
    return new Room(device, node, free - taken, capacity);
  }
}
