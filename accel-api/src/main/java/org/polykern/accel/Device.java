package org.polykern.accel;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;

/**
 * One device that can be handed out.
 *
 * @param id unique in the plug-in and the same after a restart of host or machine (a UUID, a serial
 *     number); without blanks, commas and colons
 * @param model for people
 * @param location where the hardware is, such as a PCI address {@code 0000:3b:00.0}; may be empty
 * @param numaNode the memory node it is attached to, or {@link #NO_NODE}
 * @param memoryBytes its own memory, 0 when it has none or it is unknown
 * @param processingUnits multiprocessors, compute units or whatever the kind counts; 0 = unknown
 * @param slot name of the one slot that it is offered in
 * @param amount how much of that slot it is, above 0; 1 for a whole device
 * @param links ways to other devices
 * @param attributes anything else worth showing: {@code index}, {@code minor}
 */
public record Device(
    String id,
    String model,
    String location,
    int numaNode,
    long memoryBytes,
    int processingUnits,
    String slot,
    BigDecimal amount,
    List<Link> links,
    Health health,
    Map<String, String> attributes) {
  /** The machine has no memory nodes, or does not tell. */
  public static final int NO_NODE = -1;

  public Device {
    if (id.isEmpty() || id.chars().anyMatch(c -> c <= ' ' || c == ',' || c == ':')) {
      throw new IllegalArgumentException(
          "Expected a device id without blanks, commas and colons, but got '" + id + "'");
    }
    if (amount.signum() <= 0) {
      throw new IllegalArgumentException(
          "Expected an amount above 0 for device " + id + ", but got " + amount);
    }
    if (memoryBytes < 0 || processingUnits < 0 || numaNode < NO_NODE) {
      throw new IllegalArgumentException(
          "Expected no negative figures for device "
              + id
              + ", but got memory "
              + memoryBytes
              + ", processing units "
              + processingUnits
              + ", NUMA node "
              + numaNode);
    }
    links = List.copyOf(links);
    attributes = Map.copyOf(attributes);
  }

  /** A whole, healthy device of which nothing else is known yet. */
  public static Device of(String id, String model, String slot) {
    return new Device(
        id, model, "", NO_NODE, 0, 0, slot, BigDecimal.ONE, List.of(), Health.OK, Map.of());
  }

  public Device at(String newLocation, int newNumaNode) {
    return new Device(
        id,
        model,
        newLocation,
        newNumaNode,
        memoryBytes,
        processingUnits,
        slot,
        amount,
        links,
        health,
        attributes);
  }

  public Device sized(long newMemoryBytes, int newProcessingUnits) {
    return new Device(
        id,
        model,
        location,
        numaNode,
        newMemoryBytes,
        newProcessingUnits,
        slot,
        amount,
        links,
        health,
        attributes);
  }

  public Device offering(String newSlot, BigDecimal newAmount) {
    return new Device(
        id,
        model,
        location,
        numaNode,
        memoryBytes,
        processingUnits,
        newSlot,
        newAmount,
        links,
        health,
        attributes);
  }

  public Device linked(List<Link> newLinks) {
    return new Device(
        id,
        model,
        location,
        numaNode,
        memoryBytes,
        processingUnits,
        slot,
        amount,
        newLinks,
        health,
        attributes);
  }

  public Device feeling(Health newHealth) {
    return new Device(
        id,
        model,
        location,
        numaNode,
        memoryBytes,
        processingUnits,
        slot,
        amount,
        links,
        newHealth,
        attributes);
  }

  public Device with(Map<String, String> newAttributes) {
    return new Device(
        id,
        model,
        location,
        numaNode,
        memoryBytes,
        processingUnits,
        slot,
        amount,
        links,
        health,
        newAttributes);
  }
}
