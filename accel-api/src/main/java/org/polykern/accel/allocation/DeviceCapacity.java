package org.polykern.accel.allocation;

import java.math.BigDecimal;
import java.util.Map;
import java.util.stream.Collectors;
import org.polykern.accel.Device;
import org.polykern.accel.Health;
import org.polykern.accel.Link;

/**
 * A device as the ledger sees it.
 *
 * @param id unique among the devices of its kind
 * @param slot the one slot it is offered in
 * @param amount how much of that slot it is
 * @param node the memory node, or -1
 * @param links rank of the way to other devices, by their id
 * @param offered false while it is sick: it is handed out no more
 */
public record DeviceCapacity(
    String id,
    String slot,
    BigDecimal amount,
    int node,
    Map<String, Integer> links,
    boolean offered) {
  public DeviceCapacity {
    links = Map.copyOf(links);
  }

  public static DeviceCapacity of(String id, String slot, BigDecimal amount, int node) {
    return new DeviceCapacity(id, slot, amount, node, Map.of(), true);
  }

  /** A plug-in's device; of several links to one peer the best counts. */
  public static DeviceCapacity of(Device device) {
    return new DeviceCapacity(
        device.id(),
        device.slot(),
        device.amount(),
        device.numaNode(),
        device.links().stream().collect(Collectors.toMap(Link::peer, Link::rank, Math::max)),
        device.health().state() != Health.State.SICK);
  }

  DeviceCapacity withdrawn() {
    return new DeviceCapacity(id, slot, amount, node, links, false);
  }
}
