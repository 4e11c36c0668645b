package org.polykern.accel.cuda;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntSupplier;
import java.util.function.ToIntFunction;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;

/**
 * The loaded and started library. All calls share one scratch buffer: one thread only. A function
 * that this version of the library lacks answers {@link NvmlCode#FUNCTION_NOT_FOUND}.
 */
final class NvmlLibrary implements AutoCloseable {
  /** The unversioned name comes late: it may be a stub of a development package. */
  static final List<String> NAMES =
      List.of(
          "libnvidia-ml.so.1",
          "libnvidia-ml.so",
          "/usr/lib/x86_64-linux-gnu/libnvidia-ml.so.1",
          "/usr/lib/aarch64-linux-gnu/libnvidia-ml.so.1",
          "/usr/lib64/libnvidia-ml.so.1",
          "/usr/lib/wsl/lib/libnvidia-ml.so.1",
          "/run/nvidia/driver/usr/lib/x86_64-linux-gnu/libnvidia-ml.so.1",
          "/run/opengl-driver/lib/libnvidia-ml.so.1");

  private static final int SCRATCH = 64 * 1024;
  private static final int TEXT = 96;

  private final Nvml nvml;
  private final Pointer scratch;

  private NvmlLibrary(Nvml nvml) {
    this.nvml = nvml;
    this.scratch = Memory.allocateDirect(Runtime.getRuntime(nvml), SCRATCH);
  }

  /** Either the library or why there is none. */
  record Opened(Optional<NvmlLibrary> library, String problem) {}

  /**
   * Loads and starts the first of the names that works.
   *
   * @param names of libraries, or absolute paths
   */
  static Opened open(List<String> names) {
    var problem =
        "Expected the NVIDIA driver's libnvidia-ml.so.1, but there is none; install the driver or"
            + " remove this plug-in.";
    for (var name : names) {
      try {
        var nvml = LibraryLoader.create(Nvml.class).failImmediately().load(name);
        var code = answer(nvml::nvmlInit_v2);
        if (code == NvmlCode.SUCCESS) {
          return new Opened(Optional.of(new NvmlLibrary(nvml)), "");
        }
        problem = NvmlCode.problem(code, text(nvml, code));
      } catch (UnsatisfiedLinkError notThere) {
        // The next name may exist.
      }
    }
    return new Opened(Optional.empty(), problem);
  }

  Nvml calls() {
    return nvml;
  }

  /** Zeroed memory for one call's answer, valid until the next call. */
  Pointer scratch(int bytes) {
    scratch.setMemory(0, bytes, (byte) 0);
    return scratch;
  }

  /**
   * Makes the call.
   *
   * @throws NvmlException for any other code than success
   */
  void call(String function, IntSupplier call) {
    var code = answer(call);
    if (code != NvmlCode.SUCCESS) {
      throw new NvmlException(function, code);
    }
  }

  /** A call that fills in a text. */
  String text(String function, ToIntFunction<Pointer> call) {
    var memory = scratch(TEXT);
    call(function, () -> call.applyAsInt(memory));
    return memory.getString(0, TEXT, StandardCharsets.UTF_8);
  }

  /** A call that fills in an unsigned 32-bit number; above 2^31 it is negative. */
  int number(String function, ToIntFunction<Pointer> call) {
    var memory = scratch(Integer.BYTES);
    call(function, () -> call.applyAsInt(memory));
    return memory.getInt(0);
  }

  /** A call that fills in a handle. */
  Pointer handle(String function, ToIntFunction<Pointer> call) {
    var memory = scratch(Long.BYTES);
    call(function, () -> call.applyAsInt(memory));
    return memory.getPointer(0);
  }

  static int answer(IntSupplier call) {
    try {
      return call.getAsInt();
    } catch (UnsatisfiedLinkError e) {
      return NvmlCode.FUNCTION_NOT_FOUND;
    }
  }

  int count() {
    return number("nvmlDeviceGetCount", nvml::nvmlDeviceGetCount_v2);
  }

  /**
   * The GPU of that index.
   *
   * @throws NvmlException also when it is lost
   */
  Gpu gpu(int index) {
    return new Gpu(
        this,
        handle("nvmlDeviceGetHandleByIndex", at -> nvml.nvmlDeviceGetHandleByIndex_v2(index, at)));
  }

  /** Versions, by name, as far as they are told. */
  Map<String, String> facts() {
    var facts = new LinkedHashMap<String, String>();
    facts.put("cuda_support", "true");
    fact(facts, "nvidia_driver", at -> nvml.nvmlSystemGetDriverVersion(at, TEXT));
    fact(facts, "nvml", at -> nvml.nvmlSystemGetNVMLVersion(at, TEXT));
    var cuda = scratch(Integer.BYTES);
    if (answer(() -> nvml.nvmlSystemGetCudaDriverVersion_v2(cuda)) == NvmlCode.SUCCESS) {
      facts.put("cuda_runtime", cuda.getInt(0) / 1000 + "." + cuda.getInt(0) % 1000 / 10);
    }
    return facts;
  }

  private void fact(Map<String, String> facts, String name, ToIntFunction<Pointer> call) {
    var memory = scratch(TEXT);
    if (answer(() -> call.applyAsInt(memory)) == NvmlCode.SUCCESS) {
      facts.put(name, memory.getString(0, TEXT, StandardCharsets.UTF_8));
    }
  }

  /** All GPUs that can be reached, by index; those that cannot are left out. */
  List<Gpu> reachable() {
    var gpus = new ArrayList<Gpu>();
    for (var index = 0; index < count(); index++) {
      try {
        gpus.add(gpu(index));
      } catch (NvmlException e) {
        if (!e.isLost()) {
          throw e;
        }
      }
    }
    return gpus;
  }

  @Override
  public void close() {
    answer(nvml::nvmlShutdown);
  }

  private static String text(Nvml nvml, int code) {
    try {
      return nvml.nvmlErrorString(code);
    } catch (UnsatisfiedLinkError e) {
      return "unknown";
    }
  }
}
