/**
 * NVIDIA GPUs, found through NVML. One jar to drop into {@code accel/}.
 *
 * <p>Model: {@code NvmlLibrary} finds and loads the driver's library and turns its calls into typed
 * ones; {@code Inventory} lists GPUs and slices with health and links; {@code CudaArguments} says
 * what containers need; {@code CudaMetrics} measures. GPUs are known by UUID everywhere, because
 * indices change. The runtime library is never loaded: a context in the agent would pin device
 * memory.
 *
 * <p>Faults: without a driver the plug-in says so and tries again at the next discovery. A GPU that
 * is lost stays listed, sick, under the UUID that it had; so does one with an error that only a
 * reset heals. Confined to the host's one thread; the library's scratch memory relies on that.
 */
@org.jspecify.annotations.NullMarked
package org.polykern.accel.cuda;
