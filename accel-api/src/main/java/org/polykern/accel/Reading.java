package org.polykern.accel;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The values of one metric in one round.
 *
 * @param node the whole machine's, over all devices of the plug-in
 * @param devices by device id
 * @param containers by container id
 * @param processes by process id on the host
 */
public record Reading(
    Metric metric,
    Optional<Measurement> node,
    Map<String, Measurement> devices,
    Map<String, Measurement> containers,
    Map<Long, Measurement> processes) {
  public Reading {
    devices = Map.copyOf(devices);
    containers = Map.copyOf(containers);
    processes = Map.copyOf(processes);
  }

  /**
   * The usual reading: the machine's and each container's value is the sum over its devices. A
   * container counts whole devices, also where it has a part of one.
   */
  public static Reading summed(Metric metric, Map<String, Measurement> devices, Census census) {
    var containers = new HashMap<String, Measurement>();
    census
        .containers()
        .forEach((container, grant) -> {
          var held = grant.deviceIds().stream().filter(devices::containsKey).toList();
          if (!held.isEmpty()) {
            containers.put(
                container,
                held.stream().map(devices::get).reduce(Measurement.ZERO, Measurement::plus));
          }
        });
    var node = devices.values().stream().reduce(Measurement.ZERO, Measurement::plus);
    return new Reading(metric, Optional.of(node), devices, containers, Map.of());
  }

  /**
   * For metrics that do not add up, such as temperatures: the node's is the mean of all devices.
   */
  public static Reading averaged(Metric metric, Map<String, Measurement> devices) {
    var sum = devices.values().stream().reduce(Measurement::plus);
    var count = BigDecimal.valueOf(devices.size());
    var mean =
        sum.map(all ->
            new Measurement(
                all.value().divide(count, 2, RoundingMode.HALF_UP),
                all.capacity().map(most -> most.divide(count, 2, RoundingMode.HALF_UP))));
    return new Reading(metric, mean, devices, Map.of(), Map.of());
  }

  public Reading withProcesses(Map<Long, Measurement> newProcesses) {
    return new Reading(metric, node, devices, containers, newProcesses);
  }
}
