package org.polykern.accel.rocm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.polykern.accel.Settings;

/**
 * A machine with AMD GPUs: the files that the kernel would show, and on demand a library of {@code
 * src/test/c/fake_smi.c}. What it is set to is true at the next call.
 */
final class FakeMachine {
  static final long GIB = 1L << 30;
  private static final Path SOURCE = Path.of("src", "test", "c", "fake_smi.c");
  private static final String NODES = "sys/class/kfd/kfd/topology/nodes/";
  private static final int FIRST_RENDER = 128;

  private final Path root;
  private final Map<String, String> state = new TreeMap<>();

  private FakeMachine(Path root) {
    this.root = root;
  }

  /** With the driver, a processor and no GPU. */
  static FakeMachine in(Path root) {
    return new FakeMachine(root)
        .file("dev/kfd", "")
        .file("sys/module/amdgpu/version", "6.8.5\n")
        .file(NODES + "0/gpu_id", "0\n")
        .file(NODES + "0/properties", "cpu_cores_count 96\nsimd_count 0\n");
  }

  /** With MI300X cards of 192 GiB and 304 compute units, half of them on each of two nodes. */
  static FakeMachine withGpus(Path root, int count) {
    var machine = in(root);
    for (var gpu = 0; gpu < count; gpu++) {
      machine
          .partition(gpu + 1, gpu, gpu, 304, 192 * GIB)
          .device(gpu, "numa_node", gpu < count / 2 ? 0 : 1)
          .device(gpu, "product_name", "AMD Instinct MI300X OAM")
          .device(gpu, "mem_info_vram_used", (gpu + 1) * GIB)
          .device(gpu, "gpu_busy_percent", 10 * (gpu + 1))
          .device(gpu, "hwmon/hwmon3/power1_average", 150_000_000)
          .device(gpu, "hwmon/hwmon3/power1_cap", 750_000_000)
          .device(gpu, "hwmon/hwmon3/temp1_input", 41_000);
    }
    return machine;
  }

  /** A node of the compute driver that is a GPU or a part of one, with its render node. */
  FakeMachine partition(int node, int render, int gpu, int units, long bytes) {
    return file(NODES + node + "/gpu_id", (1000 + node) + "\n")
        .file(
            NODES + node + "/properties",
            "simd_count "
                + 4 * units
                + "\nsimd_per_cu 4\ngfx_target_version 90402\n"
                + "vendor_id 4098\nlocation_id "
                + bdf(gpu)
                + "\ndomain 0\n"
                + "drm_render_minor "
                + (FIRST_RENDER + render)
                + "\n"
                + "unique_id "
                + Long.toUnsignedString(unique(gpu))
                + "\nhive_id 0\n")
        .file(
            NODES + node + "/mem_banks/0/properties", "heap_type 1\nsize_in_bytes " + bytes + "\n")
        .file("dev/dri/renderD" + (FIRST_RENDER + render), "");
  }

  FakeMachine xgmi(int node, int other) {
    return file(
        NODES + node + "/io_links/" + other + "/properties",
        "type 11\nnode_from " + node + "\nnode_to " + other + "\nweight 15\n");
  }

  FakeMachine device(int gpu, String name, Object value) {
    var device = "sys/class/drm/renderD" + (FIRST_RENDER + gpu) + "/device/";
    return file(device + name, value + "\n");
  }

  FakeMachine process(long pid, int node, long bytes) {
    return file("sys/class/kfd/kfd/proc/" + pid + "/vram_" + (1000 + node), bytes + "\n");
  }

  FakeMachine without(String path) throws IOException {
    try (var files = Files.walk(root.resolve(path))) {
      for (var file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
    return this;
  }

  FakeMachine withoutGpu(int gpu) throws IOException {
    return without(NODES + (gpu + 1));
  }

  /** The same GPUs as a vendor's library tells them, with figures of its own. */
  FakeMachine library(String kind, int count) throws IOException, InterruptedException {
    var compiler =
        new ProcessBuilder(
                "cc",
                "-Wall",
                "-Wextra",
                "-Werror",
                "-D" + kind,
                "-shared",
                "-fPIC",
                "-o",
                library(),
                SOURCE.toString())
            .inheritIO()
            .start();
    assertThat(compiler.waitFor()).isZero();
    set("count", count);
    for (var gpu = 0; gpu < count; gpu++) {
      set("gpu." + gpu + ".bdf", bdf(gpu))
          .set("gpu." + gpu + ".vendor", 0x1002)
          .set("gpu." + gpu + ".name", "Instinct MI300X by SMI")
          .set("gpu." + gpu + ".unique", Long.toUnsignedString(unique(gpu)))
          .set("gpu." + gpu + ".render", FIRST_RENDER + gpu)
          .set("gpu." + gpu + ".node", 3)
          .set("gpu." + gpu + ".total", 192 * GIB)
          .set("gpu." + gpu + ".used", 77 * GIB)
          .set("gpu." + gpu + ".busy", 99)
          .set("gpu." + gpu + ".temperature", 55_000);
    }
    return this;
  }

  FakeMachine set(String key, Object value) {
    state.put(key, value.toString());
    return file(
        "state",
        state.entrySet().stream()
            .map(e -> e.getKey() + " " + e.getValue() + "\n")
            .collect(Collectors.joining()));
  }

  RocmAccelerator open(String source) {
    var settings = new HashMap<String, String>();
    settings.put("source", source);
    if (source.endsWith("-smi")) {
      settings.put("library", library());
    }
    return open(settings);
  }

  RocmAccelerator open(Map<String, String> settings) {
    return new RocmAccelerator(RocmSettings.of(new Settings("[accel.rocm]", settings)), root);
  }

  String library() {
    return root.resolve("libsmi.so").toAbsolutePath().toString();
  }

  static String id(int gpu) {
    return Long.toHexString(unique(gpu));
  }

  /** Uses all 64 bits, as real ones do. */
  private static long unique(int gpu) {
    return 0xabcd_ef01_2345_6780L + gpu;
  }

  private static int bdf(int gpu) {
    return (0x10 + gpu) << 8;
  }

  private FakeMachine file(String path, String content) {
    try {
      var file = root.resolve(path);
      Files.createDirectories(file.getParent());
      Files.writeString(file, content);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
