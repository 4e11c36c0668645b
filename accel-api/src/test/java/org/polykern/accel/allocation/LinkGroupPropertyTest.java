package org.polykern.accel.allocation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Grouping by links and by nodes against brute force over all subsets. */
final class LinkGroupPropertyTest {
  @Property(tries = 2000)
  void shouldNeverBeWorseThanBruteForce(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 8) int size,
      @ForAll @IntRange(min = 1, max = 8) int wanted) {
    var random = new Random(seed);
    var count = Math.min(size, wanted);
    var rank = ranks(random, size);
    var rooms = rooms(random, size);

    var group = new LinkGroup(rooms, (a, b) -> rank[id(a)][id(b)], Set.of()).best(count);

    assertThat(new HashSet<>(group)).hasSize(count);
    var chosen = group.stream().mapToInt(g -> 1 << id(g)).sum();
    for (var other = 0; other < 1 << size; other++) {
      if (Integer.bitCount(other) == count) {
        assertThat(linked(rank, chosen)).isGreaterThanOrEqualTo(linked(rank, other));
        if (linked(rank, chosen) == linked(rank, other)) {
          assertThat(nodes(rooms, chosen)).isLessThanOrEqualTo(nodes(rooms, other));
        }
      }
    }
  }

  @Property(tries = 2000)
  void shouldUseTheFewestNodesThatHoldTheAmount(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 8) int size,
      @ForAll @IntRange(min = 1, max = 20) int need) {
    var random = new Random(seed);
    var clusters = new ArrayList<List<Room>>();
    for (var node = 0; node < size; node++) {
      clusters.add(List.of(new Room("d" + node, node, random.nextInt(6), 6)));
    }
    var free = clusters.stream().mapToLong(Room::sum).sum();

    var chosen = NodeChoice.fewest(clusters, need);

    var held = chosen.stream().mapToLong(node -> Room.sum(clusters.get(node))).sum();
    assertThat(held).isGreaterThanOrEqualTo(Math.min(need, free));
    for (var other = 0; other < 1 << size && free >= need; other++) {
      var bits = other;
      var holds =
          clusters.stream()
              .filter(c -> (bits >> c.getFirst().node() & 1) == 1)
              .mapToLong(Room::sum)
              .sum();
      if (holds >= need) {
        assertThat(chosen.size()).isLessThanOrEqualTo(Integer.bitCount(other));
        if (chosen.size() == Integer.bitCount(other)) {
          assertThat(held).isLessThanOrEqualTo(holds);
        }
      }
    }
  }

  /** Two boards of eight with good links inside: too many groups to try all. */
  @Example
  void shouldFindTheBoardAmongManyDevices() {
    var rooms = new ArrayList<Room>();
    for (var i = 0; i < 32; i++) {
      rooms.add(new Room("g" + i, 0, 1, 1));
    }
    var group = new LinkGroup(rooms, (a, b) -> id(a) % 4 == id(b) % 4 ? 100 : 10, Set.of()).best(8);
    assertThat(group.stream().map(g -> id(g) % 4).distinct()).hasSize(1);
  }

  /** Pairs 0-1 and 2-3: one device alone is taken where no pair is broken any more. */
  @Example
  void shouldLeaveGoodGroupsWhole() {
    var rooms = List.of(room(0), room(2), room(3));
    var group = new LinkGroup(rooms, (a, b) -> id(a) / 2 == id(b) / 2 ? 100 : 0, Set.of()).best(1);
    assertThat(group).containsExactly("g0");
    var pair = new LinkGroup(rooms, (a, b) -> id(a) / 2 == id(b) / 2 ? 100 : 0, Set.of()).best(2);
    assertThat(pair).containsExactly("g2", "g3");
  }

  private static Room room(int id) {
    return new Room("g" + id, 0, 1, 1);
  }

  private static int id(String device) {
    return Integer.parseInt(device.substring(1));
  }

  private static int[][] ranks(Random random, int size) {
    var rank = new int[size][size];
    for (var i = 0; i < size; i++) {
      for (var j = 0; j < i; j++) {
        rank[i][j] = rank[j][i] = random.nextInt(4) * 10;
      }
    }
    return rank;
  }

  private static List<Room> rooms(Random random, int size) {
    var rooms = new ArrayList<Room>();
    for (var i = 0; i < size; i++) {
      rooms.add(new Room("g" + i, random.nextInt(3), 1, 1));
    }
    return rooms;
  }

  private static int linked(int[][] rank, int subset) {
    var sum = 0;
    for (var i = 0; i < rank.length; i++) {
      for (var j = 0; j < i; j++) {
        sum += (subset >> i & 1) * (subset >> j & 1) * rank[i][j];
      }
    }
    return sum;
  }

  private static long nodes(List<Room> rooms, int subset) {
    return rooms.stream()
        .filter(r -> (subset >> id(r.device()) & 1) == 1)
        .map(Room::node)
        .distinct()
        .count();
  }
}
