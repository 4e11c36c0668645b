/**
 * AMD GPUs, found through sysfs, ROCm SMI and AMD SMI. One jar to drop into {@code accel/}.
 *
 * <p>Model: {@code Sysfs} reads what the kernel's driver shows, which is enough to list GPUs and to
 * measure them; {@code Smi} is one of the two vendor libraries, when there is one, and its figures
 * win over those of sysfs, figure by figure. {@code Inventory} brings both together by PCI address.
 * Partitions of one GPU are one device with several render nodes. The HIP runtime is never loaded:
 * its structures change between releases, and its device numbers are not those of the machine.
 *
 * <p>Faults: without the driver the plug-in says so and looks again later. A GPU that is gone stays
 * listed, sick. Confined to the host's one thread.
 */
@org.jspecify.annotations.NullMarked
package org.polykern.accel.rocm;
