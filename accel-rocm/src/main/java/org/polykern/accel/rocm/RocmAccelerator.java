package org.polykern.accel.rocm;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.polykern.accel.Accelerator;
import org.polykern.accel.AttachedDevice;
import org.polykern.accel.Census;
import org.polykern.accel.ContainerArguments;
import org.polykern.accel.DeviceNode;
import org.polykern.accel.Discovery;
import org.polykern.accel.Grant;
import org.polykern.accel.Reading;
import org.polykern.accel.ResourceLines;
import org.polykern.accel.Slot;
import org.polykern.accel.SlotDisplay;
import org.polykern.accel.Target;

/** The machine's AMD GPUs. Confined to the host's thread. */
final class RocmAccelerator implements Accelerator {
  static final String KEY = "rocm";
  private static final Slot SLOT =
      Slot.devices(
          Inventory.SLOT, new SlotDisplay("GPU", "ROCm-capable GPU", "GPU", false, 0, "gpu2"));
  private static final String DRIVER_NODE = "dev/kfd";

  /** The run-time library places memory; the usual system call filter does not let it. */
  private static final List<String> SYSTEM_CALLS =
      List.of("get_mempolicy", "mbind", "move_pages", "set_mempolicy");

  private final RocmSettings settings;
  private final Sysfs sysfs;
  private final Inventory inventory;
  private final RocmMetrics metrics;
  private Optional<Smi> smi = Optional.empty();
  private List<RocmGpu> gpus = List.of();

  /**
   * @param root of the file system, another one in tests
   */
  RocmAccelerator(RocmSettings settings, Path root) {
    this.settings = settings;
    this.sysfs = new Sysfs(root);
    this.inventory = new Inventory(sysfs, settings);
    this.metrics = new RocmMetrics(sysfs);
  }

  @Override
  public String key() {
    return KEY;
  }

  @Override
  public Discovery discover() {
    if (!sysfs.hasDriver()) {
      return Discovery.without(
          List.of(SLOT),
          "Expected the driver amdgpu with /dev/kfd, but it is not there; load it, or remove this"
              + " plug-in.");
    }
    if (smi.isEmpty()) {
      smi = settings.open();
    }
    gpus = inventory.gpus(smi);
    var facts = new LinkedHashMap<String, String>();
    facts.put("rocm_support", "true");
    facts.put("source", smi.map(Smi::version).orElse("sysfs"));
    sysfs.driverVersion().ifPresent(version -> facts.put("amdgpu", version));
    return new Discovery(
        List.of(SLOT),
        gpus.stream().map(RocmGpu::device).toList(),
        Set.of(Inventory.SLOT),
        facts,
        Optional.empty());
  }

  @Override
  public ContainerArguments arguments(Grant grant, Target target) {
    var arguments = ContainerArguments.builder();
    var process = target.kind() == Target.Kind.PROCESS;
    if (grant.isEmpty()) {
      // Containers see no device nodes; a process sees those that its groups may open.
      return process
          ? arguments
              .environment("ROCR_VISIBLE_DEVICES", "")
              .environment("HIP_VISIBLE_DEVICES", "-1")
              .build()
          : ContainerArguments.NONE;
    }
    var granted =
        gpus.stream().filter(gpu -> grant.deviceIds().stream().anyMatch(gpu::isCalled)).toList();
    node(arguments, DRIVER_NODE);
    for (var gpu : granted) {
      gpu.renderMinors().forEach(minor -> node(arguments, "dev/dri/renderD" + minor));
      arguments.attached(AttachedDevice.of(gpu.device()));
    }
    if (process) {
      arguments.environment(
          "ROCR_VISIBLE_DEVICES",
          String.join(",", granted.stream().map(gpu -> "GPU-" + gpu.device().id()).toList()));
    } else {
      SYSTEM_CALLS.forEach(arguments::systemCall);
    }
    var ids = ResourceLines.whole(KEY, grant).getOrDefault("ROCM_GLOBAL_DEVICE_IDS", "");
    return arguments.resourceLine("ROCm_GLOBAL_DEVICE_IDS", ids).build();
  }

  @Override
  public List<Reading> measure(Census census) {
    return metrics.measure(gpus, smi, census);
  }

  @Override
  public void close() {
    smi.ifPresent(Smi::close);
    smi = Optional.empty();
  }

  private void node(ContainerArguments.Builder arguments, String path) {
    arguments.deviceNode(DeviceNode.of("/" + path));
    sysfs.group(path).ifPresent(arguments::group);
  }
}
