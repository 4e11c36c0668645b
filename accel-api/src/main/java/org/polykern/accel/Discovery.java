package org.polykern.accel;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The whole state of a plug-in.
 *
 * @param slots in the order in which they are shown; also those that no device offers just now
 * @param devices in a stable order
 * @param exclusive slot names, or patterns with {@code *}, no two of which go into one request
 * @param facts versions of drivers and libraries, for people and the API: {@code driver} → {@code
 *     535.161.08}
 * @param problem why there are no devices although the plug-in is installed, as a sentence with a
 *     remedy; empty when all is well
 */
public record Discovery(
    List<Slot> slots,
    List<Device> devices,
    Set<String> exclusive,
    Map<String, String> facts,
    Optional<String> problem) {

  public Discovery {
    slots = List.copyOf(slots);
    devices = List.copyOf(devices);
    exclusive = Set.copyOf(exclusive);
    facts = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(facts));
    var names = new HashMap<String, Slot>();
    for (var slot : slots) {
      if (names.put(slot.name(), slot) != null) {
        throw new IllegalArgumentException(
            "Expected each slot once, but " + slot.name() + " is there twice");
      }
    }
    var ids = new HashMap<String, Device>();
    for (var device : devices) {
      if (ids.put(device.id(), device) != null) {
        throw new IllegalArgumentException(
            "Expected each device once, but " + device.id() + " is there twice");
      }
      if (!names.containsKey(device.slot())) {
        throw new IllegalArgumentException(
            "Expected device "
                + device.id()
                + " to be in one of the slots "
                + names.keySet()
                + ", but it is in "
                + device.slot());
      }
    }
  }

  public static Discovery of(List<Slot> slots, List<Device> devices) {
    return new Discovery(slots, devices, Set.of(), Map.of(), Optional.empty());
  }

  /** No devices, and why. */
  public static Discovery without(List<Slot> slots, String problem) {
    return new Discovery(slots, List.of(), Set.of(), Map.of(), Optional.of(problem));
  }

  public Discovery withFacts(Map<String, String> newFacts) {
    return new Discovery(slots, devices, exclusive, newFacts, problem);
  }

  /**
   * For the host: that all slots are the plug-in's own.
   *
   * @throws IllegalArgumentException naming the slot that is not
   */
  public Discovery ownedBy(String key) {
    for (var slot : slots) {
      if (!slot.name().startsWith(key + ".")) {
        throw new IllegalArgumentException(
            "Expected the slots of plug-in "
                + key
                + " to start with '"
                + key
                + ".', but got "
                + slot.name());
      }
    }
    return this;
  }
}
