package org.polykern.accel.rocm;

import java.util.Map;
import java.util.Set;

/**
 * A GPU, or a partition of one, as the kernel's compute driver lists it.
 *
 * @param number of the node
 * @param gpuId by which process files call it
 * @param memoryBytes of its own
 * @param neighbours numbers of nodes to which it has XGMI links
 */
record KfdNode(
    int number,
    long gpuId,
    Map<String, Long> properties,
    long memoryBytes,
    Set<Integer> neighbours) {
  PciAddress address() {
    return PciAddress.ofBdf(property("domain"), property("location_id"));
  }

  int computeUnits() {
    var perUnit = property("simd_per_cu");
    return perUnit == 0 ? 0 : (int) (property("simd_count") / perUnit);
  }

  int renderMinor() {
    return (int) property("drm_render_minor");
  }

  long uniqueId() {
    return property("unique_id");
  }

  /** GPUs with the same one, other than 0, are linked by XGMI. */
  long hive() {
    return property("hive_id");
  }

  /** {@code gfx942} for 90402. */
  String architecture() {
    var version = property("gfx_target_version");
    return "gfx" + version / 10_000 + version / 100 % 100 + Long.toHexString(version % 100);
  }

  private long property(String name) {
    return properties.getOrDefault(name, 0L);
  }
}
