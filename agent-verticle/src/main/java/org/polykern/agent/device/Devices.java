package org.polykern.agent.device;

import java.math.BigDecimal;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.polykern.common.id.KernelId;
import org.polykern.common.problem.Problem;
import org.polykern.common.problem.ProblemCode;
import org.polykern.common.resource.ResourceSlots;

/** The ledger of this agent. All-or-nothing per kernel, idempotent, thread-safe. */
public final class Devices {
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, DeviceMap> maps = new LinkedHashMap<>(); // guarded by lock
  private final Map<KernelId, Allocation> held = new HashMap<>(); // guarded by lock
  private final ResourceSlots capacity;

  public Devices(HostCapacity host) {
    var cores = new LinkedHashMap<String, BigDecimal>();
    host.coreAmounts().forEach((core, amount) -> cores.put(Integer.toString(core), amount));
    maps.put("cpu", new DeviceMap(DeviceMap.Strategy.EVENLY, cores));
    maps.put(
        "mem",
        new DeviceMap(
            DeviceMap.Strategy.FILL, Map.of("root", BigDecimal.valueOf(host.memoryBytes()))));
    capacity =
        new ResourceSlots(Map.of("cpu", maps.get("cpu").total(), "mem", maps.get("mem").total()));
  }

  /** All that kernels may use together. */
  public ResourceSlots capacity() {
    return capacity;
  }

  /** Slot name to its unit. */
  public Map<String, String> slotUnits() {
    return Map.of("cpu", "count", "mem", "bytes");
  }

  /**
   * Takes devices for a kernel, or answers what it already has.
   *
   * @throws org.polykern.common.problem.ProblemException INSTANCE_NOT_AVAILABLE when they do not
   *     fit, INVALID_API_PARAMS for a slot that this agent does not have
   */
  public Allocation take(KernelId kernel, ResourceSlots slots) {
    lock.lock();
    try {
      var had = held.get(kernel);
      if (had != null) {
        return had;
      }
      var taken = new LinkedHashMap<String, Map<String, BigDecimal>>();
      try {
        slots.amounts().forEach((slot, amount) -> taken.put(slot, takeSlot(slot, amount)));
      } catch (RuntimeException e) {
        taken.forEach((slot, devices) -> map(slot).free(devices));
        throw e;
      }
      var allocation = new Allocation(taken);
      held.put(kernel, allocation);
      return allocation;
    } finally {
      lock.unlock();
    }
  }

  /** Puts back what a kernel of before this start has. */
  public void adopt(KernelId kernel, Allocation allocation) {
    lock.lock();
    try {
      if (held.putIfAbsent(kernel, allocation) == null) {
        allocation.slots().forEach((slot, devices) -> map(slot).put(devices));
      }
    } finally {
      lock.unlock();
    }
  }

  /** Gives back all that a kernel has; doing it twice is harmless. */
  public void free(KernelId kernel) {
    lock.lock();
    try {
      var allocation = held.remove(kernel);
      if (allocation != null) {
        allocation.slots().forEach((slot, devices) -> map(slot).free(devices));
      }
    } finally {
      lock.unlock();
    }
  }

  private Map<String, BigDecimal> takeSlot(String slot, BigDecimal amount) {
    if (!maps.containsKey(slot)) {
      throw Problem.invalid(
              "resources", "This agent has no resource '" + slot + "'; it has " + maps.keySet())
          .toException();
    }
    return map(slot)
        .take(amount)
        .orElseThrow(() ->
            Problem.of(
                    ProblemCode.INSTANCE_NOT_AVAILABLE,
                    "Expected "
                        + amount.toPlainString()
                        + " of "
                        + slot
                        + " to be free on this agent, but only "
                        + map(slot).remaining().toPlainString()
                        + " is.")
                .toException());
  }

  private DeviceMap map(String slot) {
    var map = maps.get(slot);
    return map != null ? map : maps.computeIfAbsent(slot, unknown -> empty());
  }

  /** A slot of an adopted kernel whose plug-in is gone: counted, never given again. */
  private static DeviceMap empty() {
    return new DeviceMap(DeviceMap.Strategy.FILL, Map.of());
  }
}
