package org.polykern.accel.allocation;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.polykern.accel.Grant;
import org.polykern.accel.SlotType;
import org.polykern.accel.allocation.AllocationRefused.Reason;

/**
 * The ledger of one kind of device: capacity per device, and what is used by slot and device. Not
 * thread-safe: guarded by its {@link DeviceLedger}.
 */
final class AllocationMap {
  private final Map<String, SlotRule> rules = new LinkedHashMap<>();
  private final Map<String, DeviceCapacity> devices = new LinkedHashMap<>();
  private final Map<String, Map<String, BigDecimal>> used = new LinkedHashMap<>();
  private Exclusion exclusion = new Exclusion(Set.of());

  /** Replaces what there is; what is used stays. */
  void declare(List<SlotRule> newRules, List<DeviceCapacity> newDevices, Set<String> exclusive) {
    rules.clear();
    newRules.forEach(rule -> rules.put(rule.name(), rule));
    devices.clear();
    newDevices.forEach(device -> devices.put(device.id(), device));
    exclusion = new Exclusion(exclusive);
  }

  /** Nothing is offered any more; what is used stays counted. */
  void withdraw() {
    devices.replaceAll((id, device) -> device.withdrawn());
  }

  Map<String, Map<String, BigDecimal>> snapshot() {
    var copy = new LinkedHashMap<String, Map<String, BigDecimal>>();
    used.forEach((slot, amounts) -> copy.put(slot, new LinkedHashMap<>(amounts)));
    return copy;
  }

  void restore(Map<String, Map<String, BigDecimal>> snapshot) {
    used.clear();
    used.putAll(snapshot);
  }

  /**
   * Takes slot after slot. When a later one is refused, the earlier ones stay taken: the caller has
   * a snapshot.
   *
   * @param request amounts above 0
   */
  Grant allocate(Map<String, BigDecimal> request, Hint hint) {
    exclusion.check(request.keySet());
    var granted = new LinkedHashMap<String, Map<String, BigDecimal>>();
    request.forEach((slot, amount) -> granted.put(slot, allocate(rule(slot), amount, hint)));
    return new Grant(granted);
  }

  /** Adds what a kernel of before has; it may exceed what is there. */
  void apply(String slot, Map<String, BigDecimal> amounts) {
    var ofSlot = used.computeIfAbsent(slot, s -> new LinkedHashMap<>());
    amounts.forEach((device, amount) -> ofSlot.merge(device, amount, BigDecimal::add));
  }

  void free(String slot, Map<String, BigDecimal> amounts) {
    var ofSlot = used.getOrDefault(slot, new LinkedHashMap<>());
    amounts.forEach((device, amount) ->
        ofSlot.computeIfPresent(
            device,
            (id, had) -> {
              var left = had.subtract(amount);
              return left.signum() > 0 ? left : null;
            }));
  }

  /** Memory nodes of the devices, in their order, each once. */
  Set<Integer> nodes(Grant grant) {
    var nodes = new java.util.LinkedHashSet<Integer>();
    grant.slots().values().stream()
        .flatMap(amounts -> amounts.keySet().stream())
        .map(devices::get)
        .filter(java.util.Objects::nonNull)
        .forEach(device -> nodes.add(device.node()));
    return nodes;
  }

  /** By slot: what may be used, which is all of healthy devices and what is used of others. */
  Map<String, BigDecimal> offered() {
    var offered = new LinkedHashMap<String, BigDecimal>();
    rules.keySet().forEach(slot -> offered.put(slot, BigDecimal.ZERO));
    for (var device : devices.values()) {
      if (device.offered() && !usedElsewhere(device)) {
        offered.merge(device.slot(), device.amount(), BigDecimal::add);
      }
    }
    used.forEach((slot, amounts) ->
        amounts.forEach((id, amount) -> {
          if (!isOffered(id, slot)) {
            offered.merge(slot, amount, BigDecimal::add);
          }
        }));
    return offered;
  }

  /** By slot: what is used. */
  Map<String, BigDecimal> occupied() {
    var occupied = new LinkedHashMap<String, BigDecimal>();
    used.forEach((slot, amounts) ->
        occupied.put(slot, amounts.values().stream().reduce(BigDecimal.ZERO, BigDecimal::add)));
    return occupied;
  }

  private boolean isOffered(String id, String slot) {
    var device = devices.get(id);
    return device != null && device.offered() && device.slot().equals(slot);
  }

  private SlotRule rule(String slot) {
    var rule = rules.get(slot);
    if (rule == null) {
      throw new AllocationRefused(
          Reason.UNSUPPORTED,
          slot,
          "Expected one of the slots " + rules.keySet() + ", but got " + slot);
    }
    return rule;
  }

  private Map<String, BigDecimal> allocate(SlotRule rule, BigDecimal amount, Hint hint) {
    if (rule.type() == SlotType.UNIQUE && amount.compareTo(BigDecimal.ONE) != 0) {
      throw new AllocationRefused(
          Reason.INVALID_ARGUMENT,
          rule.name(),
          "Expected exactly 1 of " + rule.name() + ", but got " + amount.toPlainString());
    }
    var need = rule.quanta(amount);
    if (need == 0) {
      throw new AllocationRefused(
          Reason.BELOW_QUANTUM,
          rule.name(),
          "Expected a multiple of "
              + rule.quantum().toPlainString()
              + " of "
              + rule.name()
              + ", but got "
              + amount.toPlainString());
    }
    var rooms = rooms(rule);
    if (Room.sum(rooms) < need) {
      var free = rule.amount(Room.sum(rooms));
      throw new AllocationRefused(
          Reason.INSUFFICIENT,
          rule.name(),
          free,
          "Expected "
              + amount.toPlainString()
              + " of "
              + rule.name()
              + " to be free, but only "
              + free.toPlainString()
              + " is");
    }
    var given = new LinkedHashMap<String, BigDecimal>();
    place(rule, rooms, need, hint)
        .forEach((device, quanta) -> given.put(device, rule.amount(quanta)));
    apply(rule.name(), given);
    return given;
  }

  private Map<String, Long> place(SlotRule rule, List<Room> rooms, long need, Hint hint) {
    var tiers = Tiers.of(rooms, need, hint);
    if (!rule.isWhole()) {
      if (!rule.fragmentation() && !PartPlacement.fitsUnfragmented(rooms, need)) {
        throw new AllocationRefused(
            Reason.FRAGMENTED,
            rule.name(),
            "Expected "
                + rule.amount(need).toPlainString()
                + " of "
                + rule.name()
                + " to be free in large enough parts, but it is scattered over the devices");
      }
      return PartPlacement.place(
          rule.fragmentation() ? tiers : List.of(Room.together(tiers)), need, rule.spread());
    }
    var wholeDevices = rooms.stream().allMatch(room -> room.capacity() == 1);
    if (hint.affinity() == Affinity.PREFER_SINGLE_NODE && wholeDevices && anyLink(rooms)) {
      return linked(tiers, (int) need, hint);
    }
    return WholePlacement.place(tiers, need, rule.spread());
  }

  private boolean anyLink(List<Room> rooms) {
    return rooms.stream().anyMatch(room -> !device(room.device()).links().isEmpty());
  }

  private Map<String, Long> linked(List<List<Room>> tiers, int count, Hint hint) {
    var free = Room.together(tiers).stream().filter(room -> room.free() > 0).toList();
    var given = new LinkedHashMap<String, Long>();
    new LinkGroup(free, this::rank, hint.nodes())
        .best(count)
        .forEach(device -> given.put(device, 1L));
    return given;
  }

  /** The better of what the two say about each other. */
  private int rank(String one, String other) {
    return Math.max(
        device(one).links().getOrDefault(other, 0), device(other).links().getOrDefault(one, 0));
  }

  private DeviceCapacity device(String id) {
    return java.util.Objects.requireNonNull(devices.get(id));
  }

  private List<Room> rooms(SlotRule rule) {
    var rooms = new ArrayList<Room>();
    for (var device : devices.values()) {
      if (device.offered() && device.slot().equals(rule.name()) && !usedElsewhere(device)) {
        var taken =
            used.getOrDefault(rule.name(), Map.of()).getOrDefault(device.id(), BigDecimal.ZERO);
        var free = Math.max(0, rule.quanta(device.amount().subtract(taken)));
        rooms.add(new Room(device.id(), device.node(), free, rule.quanta(device.amount())));
      }
    }
    return rooms;
  }

  private boolean usedElsewhere(DeviceCapacity device) {
    var slots = new HashSet<>(used.keySet());
    slots.remove(device.slot());
    return slots.stream()
        .anyMatch(slot -> used.getOrDefault(slot, Map.of()).containsKey(device.id()));
  }
}
