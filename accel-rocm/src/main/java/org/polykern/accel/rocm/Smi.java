package org.polykern.accel.rocm;

import java.util.List;

/** One of the vendor's libraries, started. Confined to one thread. */
interface Smi extends AutoCloseable {
  /** For facts: {@code rocm_smi 7.2.0}. */
  String version();

  /** All GPUs that it sees; partitions one by one. */
  List<SmiGpu> gpus();

  /** Live figures of a GPU of the last answer; nothing for one that is lost. */
  Sample sample(SmiGpu gpu);

  @Override
  void close();

  /**
   * A GPU as the library knows it.
   *
   * @param place in the library's own order
   * @param model empty when it is not told
   * @param uniqueId 0 when it is not told
   * @param renderMinor of {@code /dev/dri/renderD<minor>}, or -1
   * @param node memory node, or -1
   * @param memoryBytes in all
   */
  record SmiGpu(
      int place,
      PciAddress address,
      String model,
      long uniqueId,
      int renderMinor,
      int node,
      long memoryBytes) {}
}
