package org.polykern.accel.rocm;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What the kernel shows of AMD GPUs. Files that are missing or cannot be read just now (some boards
 * answer busy) count as not told.
 */
final class Sysfs {
  private static final String TOPOLOGY = "sys/class/kfd/kfd/topology/nodes";
  private static final String PROCESSES = "sys/class/kfd/kfd/proc";
  private static final long XGMI = 11;
  private static final int MILLI = 1000;

  private final Path root;

  /**
   * @param root of the file system, another one in tests
   */
  Sysfs(Path root) {
    this.root = root;
  }

  boolean hasDriver() {
    return Files.exists(root.resolve("dev/kfd")) && Files.exists(root.resolve("sys/module/amdgpu"));
  }

  Optional<String> driverVersion() {
    return text(root.resolve("sys/module/amdgpu/version"));
  }

  /** By number; nodes that are processors only are left out. */
  List<KfdNode> nodes() {
    return children(root.resolve(TOPOLOGY), "*").stream()
        .filter(node -> number(node.resolve("gpu_id")).orElse(0) != 0)
        .map(Sysfs::node)
        .sorted(Comparator.comparingInt(KfdNode::number))
        .toList();
  }

  /** The PCI device behind a render node. */
  Path device(int renderMinor) {
    return root.resolve("sys/class/drm/renderD" + renderMinor + "/device");
  }

  int numaNode(int renderMinor) {
    return (int) Math.max(number(device(renderMinor).resolve("numa_node")).orElse(-1), -1);
  }

  Optional<String> model(int renderMinor) {
    return text(device(renderMinor).resolve("product_name")).filter(name -> !name.isEmpty());
  }

  /** Memory errors that could not be corrected, since the driver was loaded. */
  long uncorrectedErrors(int renderMinor) {
    return text(device(renderMinor).resolve("ras/umc_err_count")).stream()
        .flatMap(String::lines)
        .filter(line -> line.startsWith("ue:"))
        .map(line -> line.substring("ue:".length()).strip())
        .filter(count -> count.matches("\\d{1,18}"))
        .mapToLong(Long::parseLong)
        .sum();
  }

  Sample sample(int renderMinor) {
    var device = device(renderMinor);
    var sensors = children(device.resolve("hwmon"), "hwmon*").stream().findFirst();
    return new Sample(
        number(device.resolve("mem_info_vram_used")),
        number(device.resolve("gpu_busy_percent")),
        told(sensor(sensors, "power1_average").or(() -> sensor(sensors, "power1_input"))),
        told(sensor(sensors, "power1_cap")),
        told(sensor(sensors, "temp1_input").map(milli -> milli / MILLI)));
  }

  /** Process id to bytes in the memory of these nodes. */
  Map<Long, Long> processes(Set<Long> gpuIds) {
    var processes = new HashMap<Long, Long>();
    for (var process : children(root.resolve(PROCESSES), "*")) {
      for (var gpu : gpuIds) {
        var bytes = number(process.resolve("vram_" + gpu)).orElse(0);
        if (bytes > 0 && name(process).matches("\\d{1,9}")) {
          processes.merge(Long.valueOf(name(process)), bytes, Long::sum);
        }
      }
    }
    return processes;
  }

  /** Numeric groups of a device node; names differ between host and image. */
  Optional<Integer> group(String node) {
    try {
      return Optional.of((Integer) Files.getAttribute(root.resolve(node), "unix:gid"));
    } catch (IOException | UnsupportedOperationException e) {
      return Optional.empty();
    }
  }

  private static KfdNode node(Path directory) {
    var memory =
        children(directory.resolve("mem_banks"), "*").stream()
            .map(bank -> properties(bank.resolve("properties")))
            .mapToLong(bank -> bank.getOrDefault("size_in_bytes", 0L))
            .sum();
    var neighbours = new HashSet<Integer>();
    for (var link : children(directory.resolve("io_links"), "*")) {
      var properties = properties(link.resolve("properties"));
      if (properties.getOrDefault("type", 0L) == XGMI) {
        neighbours.add(properties.getOrDefault("node_to", -1L).intValue());
      }
    }
    return new KfdNode(
        Integer.parseInt(name(directory)),
        number(directory.resolve("gpu_id")).orElse(0),
        properties(directory.resolve("properties")),
        memory,
        neighbours);
  }

  /** Lines {@code key value}; some values use all 64 bits. */
  private static Map<String, Long> properties(Path file) {
    var properties = new HashMap<String, Long>();
    for (var line : text(file).orElse("").lines().toList()) {
      var words = line.strip().split(" ", 2);
      if (words.length == 2 && words[1].matches("\\d{1,20}")) {
        properties.put(words[0], Long.parseUnsignedLong(words[1]));
      }
    }
    return properties;
  }

  private static Optional<Long> sensor(Optional<Path> sensors, String name) {
    return sensors
        .map(directory -> number(directory.resolve(name)))
        .filter(OptionalLong::isPresent)
        .map(OptionalLong::getAsLong);
  }

  private static OptionalLong told(Optional<Long> value) {
    return value.map(OptionalLong::of).orElseGet(OptionalLong::empty);
  }

  private static OptionalLong number(Path file) {
    return text(file).filter(text -> text.matches("-?\\d{1,18}")).stream()
        .mapToLong(Long::parseLong)
        .findFirst();
  }

  private static Optional<String> text(Path file) {
    try {
      return Optional.of(Files.readString(file).strip());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static List<Path> children(Path directory, String pattern) {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory, pattern)) {
      var children = new ArrayList<Path>();
      entries.forEach(children::add);
      return children;
    } catch (IOException e) {
      return List.of();
    }
  }

  private static String name(Path path) {
    return path.getFileName().toString();
  }
}
