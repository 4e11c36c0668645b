package org.polykern.accel.cuda;

/** Return codes that we tell apart. */
final class NvmlCode {
  static final int SUCCESS = 0;
  static final int NOT_SUPPORTED = 3;
  static final int NOT_FOUND = 6;
  static final int INSUFFICIENT_SIZE = 7;
  static final int DRIVER_NOT_LOADED = 9;
  static final int TIMEOUT = 10;
  static final int LIBRARY_NOT_FOUND = 12;
  static final int FUNCTION_NOT_FOUND = 13;
  static final int GPU_LOST = 15;
  static final int RESET_REQUIRED = 16;
  static final int VERSION_MISMATCH = 18;

  private NvmlCode() {}

  /** Why nothing works, as a sentence with a remedy. */
  static String problem(int code, String text) {
    return switch (code) {
      case DRIVER_NOT_LOADED ->
          "Expected the NVIDIA driver to be loaded, but it is not; load it with nvidia-smi or"
              + " modprobe nvidia.";
      case LIBRARY_NOT_FOUND, FUNCTION_NOT_FOUND ->
          "Expected the driver's own NVML, but this one is a stub or too old; install the NVIDIA"
              + " driver.";
      case VERSION_MISMATCH ->
          "Expected NVML and the loaded driver to be of one version, but the driver was upgraded"
              + " under the running kernel module; restart the machine.";
      default ->
          "Expected NVML to start, but it failed with code "
              + code
              + " ("
              + text
              + "); see what nvidia-smi says.";
    };
  }
}
