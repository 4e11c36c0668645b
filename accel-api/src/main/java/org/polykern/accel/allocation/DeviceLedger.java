package org.polykern.accel.allocation;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import org.polykern.accel.Grant;

/**
 * Who has which devices of one machine, over all kinds. All or nothing per kernel, idempotent,
 * thread-safe.
 */
public final class DeviceLedger {
  /** Accelerators choose first, because memory and cores are to be near them. */
  public static final List<String> ORDER = List.of("cuda", "rocm", "tpu", "cpu", "mem");

  private final List<String> order;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, AllocationMap> maps = new LinkedHashMap<>(); // guarded by lock
  private final Map<String, Grant> held = new HashMap<>(); // guarded by lock

  /**
   * @param order kinds in the order in which they choose; those that it does not name come before
   *     {@code cpu}
   */
  public DeviceLedger(List<String> order) {
    this.order = List.copyOf(order);
  }

  /**
   * Says what there is of one kind, at first and whenever it changes. What kernels hold stays
   * theirs.
   *
   * @param exclusive slot names or patterns with {@code *}, no two of which go into one request
   */
  public void declare(
      String key, List<SlotRule> rules, List<DeviceCapacity> devices, Set<String> exclusive) {
    lock.lock();
    try {
      map(key).declare(rules, devices, exclusive);
    } finally {
      lock.unlock();
    }
  }

  /** Offers nothing of this kind any more. What kernels hold stays theirs until they free it. */
  public void withdraw(String key) {
    lock.lock();
    try {
      map(key).withdraw();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes devices for a kernel, or answers what it already has.
   *
   * @param request amount per slot; those of 0 or less are ignored
   * @throws AllocationRefused when not all of it can be had; then nothing is taken
   */
  public Grant take(String kernel, Map<String, BigDecimal> request, Affinity affinity) {
    lock.lock();
    try {
      var had = held.get(kernel);
      if (had != null) {
        return had;
      }
      var parts = byKey(request);
      var before = new HashMap<String, Map<String, Map<String, BigDecimal>>>();
      parts.keySet().forEach(key -> before.put(key, map(key).snapshot()));
      try {
        var grant = allocate(parts, affinity);
        held.put(kernel, grant);
        return grant;
      } catch (RuntimeException e) {
        before.forEach((key, used) -> map(key).restore(used));
        throw e;
      }
    } finally {
      lock.unlock();
    }
  }

  /** Puts back what a kernel of before this start has, whether or not there is room for it. */
  public void adopt(String kernel, Grant grant) {
    lock.lock();
    try {
      if (held.putIfAbsent(kernel, grant) == null) {
        grant.slots().forEach((slot, devices) -> map(SlotRule.keyOf(slot)).apply(slot, devices));
      }
    } finally {
      lock.unlock();
    }
  }

  /** Gives back all that a kernel has; doing it twice is harmless. */
  public void free(String kernel) {
    lock.lock();
    try {
      var grant = held.remove(kernel);
      if (grant != null) {
        grant.slots().forEach((slot, devices) -> map(SlotRule.keyOf(slot)).free(slot, devices));
      }
    } finally {
      lock.unlock();
    }
  }

  public Optional<Grant> held(String kernel) {
    lock.lock();
    try {
      return Optional.ofNullable(held.get(kernel));
    } finally {
      lock.unlock();
    }
  }

  /** By slot what may be used at most; never less than what is used. */
  public Map<String, BigDecimal> offered() {
    return collect(AllocationMap::offered);
  }

  /** By slot what is used; slots without use are left out. */
  public Map<String, BigDecimal> occupied() {
    var occupied = collect(AllocationMap::occupied);
    occupied.values().removeIf(amount -> amount.signum() == 0);
    return occupied;
  }

  private Map<String, BigDecimal> collect(
      java.util.function.Function<AllocationMap, Map<String, BigDecimal>> part) {
    lock.lock();
    try {
      var all = new TreeMap<String, BigDecimal>();
      maps.values().forEach(map -> all.putAll(part.apply(map)));
      return all;
    } finally {
      lock.unlock();
    }
  }

  private Grant allocate(Map<String, Map<String, BigDecimal>> parts, Affinity affinity) {
    var granted = new LinkedHashMap<String, Map<String, BigDecimal>>();
    var hint = Hint.first(affinity);
    for (var key : parts.keySet()) {
      var map = map(key);
      var grant = map.allocate(parts.getOrDefault(key, Map.of()), hint);
      granted.putAll(grant.slots());
      hint = new Hint(affinity, map.nodes(grant));
    }
    return new Grant(granted);
  }

  /** The request by kind, in the order in which they choose. */
  private Map<String, Map<String, BigDecimal>> byKey(Map<String, BigDecimal> request) {
    var parts = new HashMap<String, Map<String, BigDecimal>>();
    request.forEach((slot, amount) -> {
      if (amount.signum() > 0) {
        parts.computeIfAbsent(SlotRule.keyOf(slot), key -> new LinkedHashMap<>()).put(slot, amount);
      }
    });
    var keys = new ArrayList<>(parts.keySet());
    keys.sort(Comparator.comparingDouble(this::turn).thenComparing(Comparator.naturalOrder()));
    var sorted = new LinkedHashMap<String, Map<String, BigDecimal>>();
    keys.forEach(key -> sorted.put(key, parts.getOrDefault(key, Map.of())));
    return sorted;
  }

  private double turn(String key) {
    var place = order.indexOf(key);
    return place >= 0 ? place : Math.max(order.indexOf("cpu"), 0) - 0.5;
  }

  private AllocationMap map(String key) {
    return maps.computeIfAbsent(key, unknown -> new AllocationMap());
  }
}
