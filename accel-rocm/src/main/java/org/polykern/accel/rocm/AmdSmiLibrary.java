package org.polykern.accel.rocm;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** AMD SMI, the successor of ROCm SMI. It does not tell render nodes and power by plain calls. */
final class AmdSmiLibrary implements Smi {
  static final List<String> NAMES = List.of("libamd_smi.so", "/opt/rocm/lib/libamd_smi.so");

  private static final long GPUS = 2;
  private static final int GPU = 1;
  private static final int VRAM = 0;
  private static final int ACTIVITY = 64;
  private static final int DOMAIN_BITS = 16;
  private static final int EDGE = 0;
  private static final int CURRENT = 0;
  private static final int MILLI = 1000;

  private final AmdSmi smi;
  private List<Pointer> handles = List.of();

  private AmdSmiLibrary(AmdSmi smi) {
    this.smi = smi;
  }

  /** Loads and starts it; empty when it is not there or does not start. */
  static Optional<Smi> open(String name) {
    try {
      var smi = Native.load(name, AmdSmi.class);
      return Call.succeeds(() -> smi.amdsmi_init(GPUS))
          ? Optional.of(new AmdSmiLibrary(smi))
          : Optional.empty();
    } catch (UnsatisfiedLinkError e) {
      return Optional.empty();
    }
  }

  @Override
  public String version() {
    return "amd_smi";
  }

  @Override
  public List<SmiGpu> gpus() {
    handles = processors();
    var gpus = new ArrayList<SmiGpu>();
    for (var place = 0; place < handles.size(); place++) {
      var handle = handles.get(place);
      var bdf = Call.wide(out -> smi.amdsmi_get_gpu_device_bdf(handle, out));
      if (bdf.isPresent()) {
        gpus.add(gpu(place, handle, bdf.getAsLong()));
      }
    }
    return gpus;
  }

  @Override
  public Sample sample(SmiGpu gpu) {
    if (gpu.place() >= handles.size()) {
      return Sample.NOTHING;
    }
    var handle = handles.get(gpu.place());
    var activity = new Memory(ACTIVITY);
    var busy =
        Call.succeeds(() -> smi.amdsmi_get_gpu_activity(handle, activity))
            ? OptionalLong.of(activity.getInt(0))
            : OptionalLong.empty();
    return new Sample(
        Call.wide(out -> smi.amdsmi_get_gpu_memory_usage(handle, VRAM, out)),
        busy,
        OptionalLong.empty(),
        OptionalLong.empty(),
        celsius(Call.wide(out -> smi.amdsmi_get_temp_metric(handle, EDGE, CURRENT, out))));
  }

  @Override
  public void close() {
    Call.succeeds(smi::amdsmi_shut_down);
  }

  private SmiGpu gpu(int place, Pointer handle, long bdf) {
    return new SmiGpu(
        place,
        PciAddress.ofBdf(bdf >>> DOMAIN_BITS, bdf),
        "",
        0,
        -1,
        (int) Call.narrow(out -> smi.amdsmi_topo_get_numa_node_number(handle, out)).orElse(-1),
        Call.wide(out -> smi.amdsmi_get_gpu_memory_total(handle, VRAM, out)).orElse(0));
  }

  private List<Pointer> processors() {
    var gpus = new ArrayList<Pointer>();
    for (var socket : list((count, out) -> smi.amdsmi_get_socket_handles(count, out))) {
      for (var processor :
          list((count, out) -> smi.amdsmi_get_processor_handles(socket, count, out))) {
        if (Call.narrow(out -> smi.amdsmi_get_processor_type(processor, out)).orElse(0) == GPU) {
          gpus.add(processor);
        }
      }
    }
    return gpus;
  }

  /** A call that is made twice: for the number of handles, then for them. */
  private interface Listing {
    int list(IntByReference count, Pointer @Nullable [] out);
  }

  private static List<Pointer> list(Listing listing) {
    var count = new IntByReference();
    if (!Call.succeeds(() -> listing.list(count, null)) || count.getValue() <= 0) {
      return List.of();
    }
    var out = new Pointer[count.getValue()];
    return Call.succeeds(() -> listing.list(count, out))
        ? List.of(out).subList(0, Math.min(count.getValue(), out.length))
        : List.of();
  }

  /** Releases differ in the unit: degrees, or a thousandth of them. */
  private static OptionalLong celsius(OptionalLong temperature) {
    return temperature.isPresent() && temperature.getAsLong() > MILLI
        ? OptionalLong.of(temperature.getAsLong() / MILLI)
        : temperature;
  }
}
