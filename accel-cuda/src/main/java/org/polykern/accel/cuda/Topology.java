package org.polykern.accel.cuda;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.polykern.accel.Link;

/**
 * Ways between GPUs. NVLinks are best, more of them better; GPUs that hang on NVSwitches reach each
 * other with all their links; the rest is ranked by how far apart they are on the PCI bus.
 */
final class Topology {
  private static final int MOST_LINKS = 18;
  private static final int NVLINK = 100;
  private static final int TO_GPU = 0;
  private static final int TO_SWITCH = 2;

  /** Common ancestor to kind and rank. */
  private static final TreeMap<Integer, Way> PCI =
      new TreeMap<>(
          Map.of(
              0, new Way("one board", 60),
              10, new Way("PCIe switch", 50),
              20, new Way("PCIe switches", 40),
              30, new Way("host bridge", 30),
              40, new Way("memory node", 20),
              50, new Way("between sockets", 10)));

  private static final Way NONE = new Way("", 0);

  private record Way(String kind, int rank) {}

  /** NVLinks of one GPU: how many to each other one, and to switches. */
  private record Ends(Map<PciAddress, Integer> gpus, int switches) {}

  /** One GPU, where it sits, and where its NVLinks go. */
  private record Node(String uuid, Gpu gpu, PciAddress address, Ends ends) {}

  private Topology() {}

  /** Links of each GPU to the others. */
  static Map<String, List<Link>> of(Map<String, Gpu> gpus) {
    var nodes = new ArrayList<Node>();
    gpus.forEach((uuid, gpu) -> nodes.add(new Node(uuid, gpu, gpu.address(), ends(gpu))));
    var links = new HashMap<String, List<Link>>();
    for (var node : nodes) {
      var ofNode = new ArrayList<Link>();
      for (var other : nodes) {
        var way = node.uuid().equals(other.uuid()) ? NONE : way(node, other);
        if (way.rank() > 0) {
          ofNode.add(new Link(other.uuid(), way.kind(), way.rank()));
        }
      }
      links.put(node.uuid(), ofNode);
    }
    return links;
  }

  private static Way way(Node one, Node other) {
    var direct = one.ends().gpus().getOrDefault(other.address(), 0);
    if (direct > 0) {
      return new Way("NVLink x" + direct, NVLINK + direct);
    }
    var switched = Math.min(one.ends().switches(), other.ends().switches());
    if (switched > 0) {
      return new Way("NVSwitch x" + switched, NVLINK + switched);
    }
    return ancestor(one.gpu(), other.gpu()).stream()
        .mapToObj(level -> PCI.floorEntry(level).getValue())
        .findFirst()
        .orElse(NONE);
  }

  private static OptionalInt ancestor(Gpu one, Gpu other) {
    try {
      return OptionalInt.of(one.commonAncestor(other));
    } catch (NvmlException e) {
      return OptionalInt.empty();
    }
  }

  private static Ends ends(Gpu gpu) {
    var peers = new HashMap<PciAddress, Integer>();
    var switches = 0;
    for (var link = 0; link < MOST_LINKS; link++) {
      try {
        if (!gpu.isLinkActive(link)) {
          continue;
        }
        var type = gpu.linkEndType(link);
        if (type == TO_GPU) {
          peers.merge(gpu.linkEnd(link), 1, Integer::sum);
        } else if (type == TO_SWITCH) {
          switches++;
        }
      } catch (NvmlException e) {
        break; // Fewer links than that, or none at all.
      }
    }
    return new Ends(peers, switches);
  }
}
