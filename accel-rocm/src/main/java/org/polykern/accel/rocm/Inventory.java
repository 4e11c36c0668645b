package org.polykern.accel.rocm;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.polykern.accel.Device;
import org.polykern.accel.Health;
import org.polykern.accel.Link;

/** Brings sysfs and the library together; remembers GPUs, so that one that is gone is missed. */
final class Inventory {
  static final String SLOT = "rocm.device";
  private static final int XGMI = 100;
  private static final int SAME_NODE = 20;
  private static final int OTHER_NODE = 10;
  private static final Health LOST =
      Health.sick("The GPU is not there any more; reset it or restart the machine.");

  private final Sysfs sysfs;
  private final RocmSettings settings;
  private final Map<String, RocmGpu> seen = new LinkedHashMap<>();

  Inventory(Sysfs sysfs, RocmSettings settings) {
    this.sysfs = sysfs;
    this.settings = settings;
  }

  /** All GPUs that are not masked, by PCI address; then those that are gone. */
  List<RocmGpu> gpus(Optional<Smi> smi) {
    var nodes = new TreeMap<String, List<KfdNode>>();
    for (var node : sysfs.nodes()) {
      nodes.computeIfAbsent(node.address().text(), a -> new ArrayList<>()).add(node);
    }
    var library = new TreeMap<String, Smi.SmiGpu>();
    smi.map(Smi::gpus)
        .orElse(List.of())
        .forEach(gpu -> library.putIfAbsent(gpu.address().text(), gpu));
    var addresses = new java.util.TreeSet<>(nodes.keySet());
    addresses.addAll(library.keySet());

    var found = new ArrayList<RocmGpu>();
    for (var address : addresses) {
      var gpu =
          gpu(
              address,
              nodes.getOrDefault(address, List.of()),
              Optional.ofNullable(library.get(address)),
              found.size());
      found.add(gpu);
    }
    found.removeIf(gpu -> settings.masked().stream().anyMatch(gpu::isCalled));
    return withLost(linked(found));
  }

  private RocmGpu gpu(
      String address, List<KfdNode> nodes, Optional<Smi.SmiGpu> library, int index) {
    var minors = new ArrayList<Integer>();
    nodes.forEach(node -> minors.add(node.renderMinor()));
    if (minors.isEmpty()) {
      library.map(Smi.SmiGpu::renderMinor).filter(minor -> minor >= 0).ifPresent(minors::add);
    }
    var first = nodes.stream().findFirst();
    var unique =
        first
            .map(KfdNode::uniqueId)
            .filter(id -> id != 0)
            .or(() -> library.map(Smi.SmiGpu::uniqueId).filter(id -> id != 0));
    var id =
        unique
            .map(number -> String.format(Locale.ROOT, "%016x", number))
            .orElse(address.replace(':', '-'));
    var device =
        Device.of(id, model(first, library, minors), SLOT)
            .at(address, node(library, minors))
            .sized(memory(nodes, library), nodes.stream().mapToInt(KfdNode::computeUnits).sum())
            .feeling(health(minors))
            .with(
                Map.of(
                    "index", Integer.toString(index),
                    "architecture", first.map(KfdNode::architecture).orElse("unknown"),
                    "partitions", Integer.toString(Math.max(nodes.size(), 1))));
    return new RocmGpu(device, nodes, library, List.copyOf(minors), index);
  }

  private String model(Optional<KfdNode> node, Optional<Smi.SmiGpu> library, List<Integer> minors) {
    return library
        .map(Smi.SmiGpu::model)
        .filter(name -> !name.isEmpty())
        .or(() -> minors.stream().findFirst().flatMap(sysfs::model))
        .orElse("AMD GPU " + node.map(KfdNode::architecture).orElse(""))
        .strip();
  }

  private int node(Optional<Smi.SmiGpu> library, List<Integer> minors) {
    return library
        .map(Smi.SmiGpu::node)
        .filter(node -> node >= 0)
        .or(() -> minors.stream().findFirst().map(sysfs::numaNode))
        .orElse(Device.NO_NODE);
  }

  /** The sum over partitions, each of which has its part. */
  private static long memory(List<KfdNode> nodes, Optional<Smi.SmiGpu> library) {
    var sum = nodes.stream().mapToLong(KfdNode::memoryBytes).sum();
    return sum > 0 ? sum : library.map(Smi.SmiGpu::memoryBytes).orElse(0L);
  }

  private Health health(List<Integer> minors) {
    var errors = minors.stream().findFirst().map(sysfs::uncorrectedErrors).orElse(0L);
    return errors == 0
        ? Health.OK
        : Health.sick(
            "The GPU has " + errors + " memory errors that could not be corrected; reset it.");
  }

  private static List<RocmGpu> linked(List<RocmGpu> gpus) {
    return gpus.stream()
        .map(gpu -> {
          var links = new ArrayList<Link>();
          for (var other : gpus) {
            if (!other.device().id().equals(gpu.device().id())) {
              links.add(link(gpu, other));
            }
          }
          return new RocmGpu(
              gpu.device().linked(links),
              gpu.nodes(),
              gpu.library(),
              gpu.renderMinors(),
              gpu.index());
        })
        .toList();
  }

  private static Link link(RocmGpu gpu, RocmGpu other) {
    var id = other.device().id();
    if (isNear(gpu, other) || isNear(other, gpu)) {
      return new Link(id, "XGMI", XGMI);
    }
    return gpu.device().numaNode() == other.device().numaNode()
        ? new Link(id, "PCIe, one memory node", SAME_NODE)
        : new Link(id, "PCIe, between memory nodes", OTHER_NODE);
  }

  private static boolean isNear(RocmGpu gpu, RocmGpu other) {
    return gpu.nodes().stream()
        .anyMatch(node ->
            other.nodes().stream()
                .anyMatch(peer ->
                    node.neighbours().contains(peer.number())
                        || (node.hive() != 0 && node.hive() == peer.hive())));
  }

  private List<RocmGpu> withLost(List<RocmGpu> found) {
    var now = new LinkedHashMap<String, RocmGpu>();
    found.forEach(gpu -> now.put(gpu.device().id(), gpu));
    seen.forEach((id, gpu) ->
        now.putIfAbsent(
            id,
            new RocmGpu(
                gpu.device().feeling(LOST).linked(List.of()),
                List.of(),
                Optional.empty(),
                gpu.renderMinors(),
                gpu.index())));
    now.forEach(seen::put);
    return now.values().stream().map(Objects::requireNonNull).toList();
  }
}
