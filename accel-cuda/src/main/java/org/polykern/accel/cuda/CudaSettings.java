package org.polykern.accel.cuda;

import java.util.List;
import org.polykern.accel.Settings;
import org.polykern.accel.ShareUnits;

/**
 * What the host's configuration says.
 *
 * @param libraries names or paths that are tried
 * @param shares whether whole GPUs are offered as shares
 * @param reservedBytes of a shared GPU's memory, for the driver
 * @param masked indices and UUIDs of GPUs that are not offered
 * @param injection how containers get their GPUs: {@code auto}, {@code device-request}, {@code
 *     cdi}, {@code runtime}
 * @param mpsPipes the directory through which programs reach the MPS daemon
 */
record CudaSettings(
    List<String> libraries,
    boolean shares,
    ShareUnits units,
    long reservedBytes,
    List<String> masked,
    String injection,
    String mpsPipes) {
  static CudaSettings of(Settings settings) {
    settings.allowing(
        "library",
        "allocation-mode",
        "unit-mem",
        "unit-proc",
        "quantum-size",
        "reserved-memory",
        "device-mask",
        "injection",
        "mps-pipe-directory");
    return new CudaSettings(
        settings.text("library").map(List::of).orElse(NvmlLibrary.NAMES),
        settings.choice("allocation-mode", "discrete", "fractional").equals("fractional"),
        ShareUnits.of(settings),
        settings.bytes("reserved-memory", "64m"),
        settings.list("device-mask"),
        settings.choice("injection", "auto", "device-request", "cdi", "runtime"),
        settings.text("mps-pipe-directory").orElse("/tmp/nvidia-mps"));
  }
}
