package org.polykern.accel.rocm;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.ShortByReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** ROCm SMI. */
final class RocmSmiLibrary implements Smi {
  static final List<String> NAMES =
      List.of(
          "librocm_smi64.so",
          "librocm_smi64.so.7",
          "librocm_smi64.so.6",
          "librocm_smi64.so.5",
          "librocm_smi64.so.1",
          "/opt/rocm/lib/librocm_smi64.so",
          "/opt/rocm/lib64/librocm_smi64.so");

  private static final int TEXT = 256;
  private static final int VRAM = 0;
  private static final int AMD = 0x1002;
  private static final int DOMAIN_BITS = 32;
  private static final int EDGE = 0;
  private static final int CURRENT = 0;
  private static final int MILLI = 1000;

  private final RocmSmi smi;

  private RocmSmiLibrary(RocmSmi smi) {
    this.smi = smi;
  }

  /** Loads and starts it; empty when it is not there or does not start. */
  static Optional<Smi> open(String name) {
    try {
      var smi = Native.load(name, RocmSmi.class);
      return Call.succeeds(() -> smi.rsmi_init(0))
          ? Optional.of(new RocmSmiLibrary(smi))
          : Optional.empty();
    } catch (UnsatisfiedLinkError e) {
      return Optional.empty();
    }
  }

  @Override
  public String version() {
    var version = new Memory(3 * Integer.BYTES + Integer.BYTES + Long.BYTES);
    return Call.succeeds(() -> smi.rsmi_version_get(version))
        ? "rocm_smi " + version.getInt(0) + "." + version.getInt(4) + "." + version.getInt(8)
        : "rocm_smi";
  }

  @Override
  public List<SmiGpu> gpus() {
    var gpus = new ArrayList<SmiGpu>();
    var count = Call.narrow(smi::rsmi_num_monitor_devices).orElse(0);
    for (var place = 0; place < count; place++) {
      var device = place;
      var bdf = Call.wide(out -> smi.rsmi_dev_pci_id_get(device, out));
      if (bdf.isPresent() && isAmd(device)) {
        gpus.add(gpu(device, bdf.getAsLong()));
      }
    }
    return gpus;
  }

  @Override
  public Sample sample(SmiGpu gpu) {
    var device = gpu.place();
    var power = Call.wide(out -> smi.rsmi_dev_power_ave_get(device, 0, out));
    return new Sample(
        Call.wide(out -> smi.rsmi_dev_memory_usage_get(device, VRAM, out)),
        Call.narrow(out -> smi.rsmi_dev_busy_percent_get(device, out)),
        power.isPresent()
            ? power
            : Call.wide(out -> smi.rsmi_dev_power_get(device, out, new IntByReference())),
        Call.wide(out -> smi.rsmi_dev_power_cap_get(device, 0, out)),
        celsius(Call.wide(out -> smi.rsmi_dev_temp_metric_get(device, EDGE, CURRENT, out))));
  }

  @Override
  public void close() {
    Call.succeeds(smi::rsmi_shut_down);
  }

  private static OptionalLong celsius(OptionalLong millidegrees) {
    return millidegrees.isPresent()
        ? OptionalLong.of(millidegrees.getAsLong() / MILLI)
        : millidegrees;
  }

  private SmiGpu gpu(int device, long bdf) {
    var name = new byte[TEXT];
    var named = Call.succeeds(() -> smi.rsmi_dev_name_get(device, name, TEXT));
    return new SmiGpu(
        device,
        PciAddress.ofBdf(bdf >>> DOMAIN_BITS, bdf),
        named ? Native.toString(name) : "",
        Call.wide(out -> smi.rsmi_dev_unique_id_get(device, out)).orElse(0),
        (int) Call.narrow(out -> smi.rsmi_dev_drm_render_minor_get(device, out)).orElse(-1),
        (int) Call.narrow(out -> smi.rsmi_topo_numa_affinity_get(device, out)).orElse(-1),
        Call.wide(out -> smi.rsmi_dev_memory_total_get(device, VRAM, out)).orElse(0));
  }

  private boolean isAmd(int device) {
    var vendor = new ShortByReference();
    return Call.succeeds(() -> smi.rsmi_dev_vendor_id_get(device, vendor))
        && Short.toUnsignedInt(vendor.getValue()) == AMD;
  }
}
