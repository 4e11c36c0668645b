package org.polykern.accel.cuda;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import jnr.ffi.Pointer;

/** One GPU or one slice of it. All methods throw {@link NvmlException}. */
record Gpu(NvmlLibrary library, Pointer handle) {
  private static final int TEXT = 96;
  private static final int PCI_INFO = 68;
  private static final int MEMORY_INFO = 24;
  private static final int MEMORY_INFO_V2 = 40;
  private static final int MEMORY_INFO_VERSION = MEMORY_INFO_V2 | 2 << 24;
  private static final int ATTRIBUTES = 40;
  private static final int PROCESS_INFO = 24;
  private static final int MOST_PROCESSES = 1024;
  private static final int UNCORRECTED = 1;
  private static final int SINCE_BOOT = 0;
  private static final long MEBI = 1L << 20;

  /** Bytes. */
  record MemoryUse(long total, long used) {}

  /** Of a slice. */
  record Attributes(int units, int slices, int computeSlices, long memoryBytes) {}

  /** Memory rows that were replaced by spare ones. */
  record RemappedRows(boolean pending, boolean failed) {}

  String uuid() {
    return library.text("nvmlDeviceGetUUID", at -> nvml().nvmlDeviceGetUUID(handle, at, TEXT));
  }

  String name() {
    return library.text("nvmlDeviceGetName", at -> nvml().nvmlDeviceGetName(handle, at, TEXT));
  }

  int minor() {
    return number("nvmlDeviceGetMinorNumber", at -> nvml().nvmlDeviceGetMinorNumber(handle, at));
  }

  PciAddress address() {
    var info = library.scratch(PCI_INFO);
    library.call("nvmlDeviceGetPciInfo", () -> nvml().nvmlDeviceGetPciInfo_v3(handle, info));
    return address(info);
  }

  /** The newer form leaves out what the driver keeps for itself. */
  MemoryUse memory() {
    var info = library.scratch(MEMORY_INFO_V2);
    info.putInt(0, MEMORY_INFO_VERSION);
    if (NvmlLibrary.answer(() -> nvml().nvmlDeviceGetMemoryInfo_v2(handle, info))
        == NvmlCode.SUCCESS) {
      return new MemoryUse(info.getLong(8), info.getLong(32));
    }
    var older = library.scratch(MEMORY_INFO);
    library.call("nvmlDeviceGetMemoryInfo", () -> nvml().nvmlDeviceGetMemoryInfo(handle, older));
    return new MemoryUse(older.getLong(0), older.getLong(16));
  }

  /** Percent of the time in which something ran. */
  int busy() {
    return number(
        "nvmlDeviceGetUtilizationRates", at -> nvml().nvmlDeviceGetUtilizationRates(handle, at));
  }

  int milliwatts() {
    return number("nvmlDeviceGetPowerUsage", at -> nvml().nvmlDeviceGetPowerUsage(handle, at));
  }

  int milliwattsAtMost() {
    return number(
        "nvmlDeviceGetEnforcedPowerLimit",
        at -> nvml().nvmlDeviceGetEnforcedPowerLimit(handle, at));
  }

  int celsius() {
    return number("nvmlDeviceGetTemperature", at -> nvml().nvmlDeviceGetTemperature(handle, 0, at));
  }

  int cores() {
    return number("nvmlDeviceGetNumGpuCores", at -> nvml().nvmlDeviceGetNumGpuCores(handle, at));
  }

  /** Major and minor in one number: 90 for 9.0. */
  int computeCapability() {
    var memory = library.scratch(2 * Integer.BYTES);
    library.call(
        "nvmlDeviceGetCudaComputeCapability",
        () ->
            nvml().nvmlDeviceGetCudaComputeCapability(handle, memory, memory.slice(Integer.BYTES)));
    return memory.getInt(0) * 10 + memory.getInt(Integer.BYTES);
  }

  /** For slices; most drivers do not support it for whole GPUs. */
  Attributes attributes() {
    var memory = library.scratch(ATTRIBUTES);
    library.call(
        "nvmlDeviceGetAttributes", () -> nvml().nvmlDeviceGetAttributes_v2(handle, memory));
    return new Attributes(
        memory.getInt(0), memory.getInt(24), memory.getInt(28), memory.getLong(32) * MEBI);
  }

  /** Process id to bytes; processes whose use the driver does not tell are left out. */
  Map<Long, Long> processes() {
    var memory = library.scratch(Long.BYTES + PROCESS_INFO * MOST_PROCESSES);
    memory.putInt(0, MOST_PROCESSES);
    library.call(
        "nvmlDeviceGetComputeRunningProcesses",
        () ->
            nvml()
                .nvmlDeviceGetComputeRunningProcesses_v3(handle, memory, memory.slice(Long.BYTES)));
    var processes = new HashMap<Long, Long>();
    for (var i = 0; i < Math.min(memory.getInt(0), MOST_PROCESSES); i++) {
      var at = Long.BYTES + (long) i * PROCESS_INFO;
      var bytes = memory.getLong(at + 8);
      if (bytes >= 0) {
        processes.merge(Integer.toUnsignedLong(memory.getInt(at)), bytes, Long::sum);
      }
    }
    return processes;
  }

  /** Whether it is cut into slices now. */
  boolean isSliced() {
    var memory = library.scratch(2 * Integer.BYTES);
    var code =
        NvmlLibrary.answer(
            () -> nvml().nvmlDeviceGetMigMode(handle, memory, memory.slice(Integer.BYTES)));
    if (code == NvmlCode.GPU_LOST || code == NvmlCode.RESET_REQUIRED) {
      throw new NvmlException("nvmlDeviceGetMigMode", code);
    }
    return code == NvmlCode.SUCCESS && memory.getInt(0) == 1;
  }

  List<Gpu> slices() {
    var most =
        number(
            "nvmlDeviceGetMaxMigDeviceCount",
            at -> nvml().nvmlDeviceGetMaxMigDeviceCount(handle, at));
    var slices = new ArrayList<Gpu>();
    for (var i = 0; i < most; i++) {
      var place = i;
      try {
        var slice =
            library.handle(
                "nvmlDeviceGetMigDeviceHandleByIndex",
                at -> nvml().nvmlDeviceGetMigDeviceHandleByIndex(handle, place, at));
        slices.add(new Gpu(library, slice));
      } catch (NvmlException e) {
        if (e.code() != NvmlCode.NOT_FOUND) {
          throw e;
        }
      }
    }
    return slices;
  }

  int gpuInstance() {
    return number(
        "nvmlDeviceGetGpuInstanceId", at -> nvml().nvmlDeviceGetGpuInstanceId(handle, at));
  }

  int computeInstance() {
    return number(
        "nvmlDeviceGetComputeInstanceId", at -> nvml().nvmlDeviceGetComputeInstanceId(handle, at));
  }

  /** Memory errors since the driver was loaded that could not be corrected. */
  long uncorrectedErrors() {
    var memory = library.scratch(Long.BYTES);
    library.call(
        "nvmlDeviceGetTotalEccErrors",
        () -> nvml().nvmlDeviceGetTotalEccErrors(handle, UNCORRECTED, SINCE_BOOT, memory));
    return memory.getLong(0);
  }

  RemappedRows remappedRows() {
    var memory = library.scratch(4 * Integer.BYTES);
    library.call(
        "nvmlDeviceGetRemappedRows",
        () ->
            nvml()
                .nvmlDeviceGetRemappedRows(
                    handle, memory, memory.slice(4), memory.slice(8), memory.slice(12)));
    return new RemappedRows(memory.getInt(8) != 0, memory.getInt(12) != 0);
  }

  /** 0 = one board, 10 to 50 = farther and farther. */
  int commonAncestor(Gpu other) {
    return number(
        "nvmlDeviceGetTopologyCommonAncestor",
        at -> nvml().nvmlDeviceGetTopologyCommonAncestor(handle, other.handle, at));
  }

  boolean isLinkActive(int link) {
    return number(
            "nvmlDeviceGetNvLinkState", at -> nvml().nvmlDeviceGetNvLinkState(handle, link, at))
        == 1;
  }

  /** 0 = a GPU, 2 = a switch. */
  int linkEndType(int link) {
    return number(
        "nvmlDeviceGetNvLinkRemoteDeviceType",
        at -> nvml().nvmlDeviceGetNvLinkRemoteDeviceType(handle, link, at));
  }

  PciAddress linkEnd(int link) {
    var info = library.scratch(PCI_INFO);
    library.call(
        "nvmlDeviceGetNvLinkRemotePciInfo",
        () -> nvml().nvmlDeviceGetNvLinkRemotePciInfo_v2(handle, link, info));
    return address(info);
  }

  /** The profile that the driver puts into a slice's name, such as {@code 3g.20gb}. */
  Optional<String> namedProfile() {
    var words = name().split(" MIG ", 2);
    return words.length == 2 ? Optional.of(words[1].strip()) : Optional.empty();
  }

  private static PciAddress address(Pointer info) {
    return new PciAddress(info.getInt(16), info.getInt(20), info.getInt(24));
  }

  private int number(String function, java.util.function.ToIntFunction<Pointer> call) {
    return library.number(function, call);
  }

  private Nvml nvml() {
    return library.calls();
  }
}
