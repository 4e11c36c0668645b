package org.polykern.accel.rocm;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.polykern.accel.Device;

/**
 * A GPU as it was seen last, with all its partitions.
 *
 * @param nodes of the compute driver, none when sysfs does not show them
 * @param library the GPU as the vendor's library knows it
 * @param index on the machine
 */
record RocmGpu(
    Device device,
    List<KfdNode> nodes,
    Optional<Smi.SmiGpu> library,
    List<Integer> renderMinors,
    int index) {
  boolean isCalled(String name) {
    return name.equals(device.id()) || name.equals(Integer.toString(index));
  }

  Set<Long> gpuIds() {
    return nodes.stream().map(KfdNode::gpuId).collect(Collectors.toSet());
  }
}
