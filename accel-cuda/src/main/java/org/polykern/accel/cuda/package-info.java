/**
 * NVIDIA GPUs, found through NVML. One jar to drop into {@code accel/}.
 *
 * <p>Holds nothing yet: it is built with the accelerator issue, on top of {@code accel-api}.
 */
@org.jspecify.annotations.NullMarked
package org.polykern.accel.cuda;
