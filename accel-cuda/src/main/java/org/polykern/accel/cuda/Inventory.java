package org.polykern.accel.cuda;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.polykern.accel.Device;
import org.polykern.accel.Link;

/**
 * Lists GPUs and slices. Remembers what it saw at which index, because a GPU that is lost does not
 * tell its UUID any more.
 */
final class Inventory {
  private final NvmlLibrary library;
  private final CudaSettings settings;
  private final Path root;
  private final FailureLog failures;
  private final XidWatch watch;
  private final Map<Integer, List<Card>> seen = new HashMap<>();
  private Map<String, List<Link>> links = Map.of();

  /**
   * @param root of the file system, another one in tests
   */
  Inventory(NvmlLibrary library, CudaSettings settings, Path root, FailureLog failures) {
    this.library = library;
    this.settings = settings;
    this.root = root;
    this.failures = failures;
    this.watch = XidWatch.over(library, library.reachable());
  }

  /** All devices that are not masked, in the order of the machine. */
  List<Card> cards() {
    watch.poll();
    var cards = new ArrayList<Card>();
    for (var index = 0; index < Math.max(library.count(), highestSeen() + 1); index++) {
      cards.addAll(cards(index));
    }
    return linked(cards);
  }

  void close() {
    watch.close();
  }

  private int highestSeen() {
    return seen.keySet().stream().mapToInt(Integer::intValue).max().orElse(-1);
  }

  private List<Card> cards(int index) {
    try {
      var cards = look(index);
      seen.put(index, cards);
    } catch (NvmlException e) {
      failures.say(e);
      // A GPU that never answered has no UUID to be listed under.
      var health = GpuHealth.of(e);
      seen.computeIfPresent(
          index, (i, before) -> before.stream().map(card -> card.lost(health)).toList());
    }
    return seen.getOrDefault(index, List.of());
  }

  private List<Card> look(int index) {
    var gpu = library.gpu(index);
    var uuid = gpu.uuid();
    var minor = minor(gpu);
    if (isMasked(uuid, index)) {
      return List.of();
    }
    var address = gpu.address().text();
    var memory = gpu.memory().total();
    var health = GpuHealth.of(gpu).and(watch.health(gpu));
    var whole =
        Device.of(uuid, gpu.name(), Slots.DEVICE)
            .at(address, node(address))
            .sized(memory, Multiprocessors.of(gpu))
            .feeling(health)
            .with(Map.of("index", Integer.toString(index), "minor", Integer.toString(minor)));
    if (gpu.isSliced()) {
      return gpu.slices().stream().map(slice -> slice(slice, whole, index, minor)).toList();
    }
    var shares = settings.units().sharesOf(whole);
    var device =
        settings.shares() && shares.signum() > 0 ? whole.offering(Slots.SHARES, shares) : whole;
    return List.of(new Card(device, Optional.of(gpu), index, minor, Optional.empty()));
  }

  private static Card slice(Gpu slice, Device whole, int index, int minor) {
    var attributes = slice.attributes();
    var profile = SliceProfile.of(slice, attributes, whole.memoryBytes());
    var device =
        Device.of(slice.uuid(), whole.model() + " MIG " + profile, Slots.slice(profile).name())
            .at(whole.location(), whole.numaNode())
            .sized(slice.memory().total(), attributes.units())
            .feeling(whole.health())
            .with(Map.of("parent", whole.id(), "profile", profile));
    var place = new Card.Slice(slice.gpuInstance(), slice.computeInstance());
    return new Card(device, Optional.of(slice), index, minor, Optional.of(place));
  }

  private static int minor(Gpu gpu) {
    try {
      return gpu.minor();
    } catch (NvmlException e) {
      if (e.isLost()) {
        throw e;
      }
      return -1;
    }
  }

  private boolean isMasked(String uuid, int index) {
    return settings.masked().stream()
        .anyMatch(
            name -> name.equals(uuid) || uuid.equals("GPU-" + name) || name.equals("" + index));
  }

  private int node(String address) {
    try {
      var file = root.resolve("sys/bus/pci/devices").resolve(address).resolve("numa_node");
      return Math.max(Integer.parseInt(Files.readString(file).strip()), Device.NO_NODE);
    } catch (IOException | NumberFormatException e) {
      return Device.NO_NODE;
    }
  }

  /** Ways do not change while the same GPUs are there, and asking for all of them takes long. */
  private List<Card> linked(List<Card> cards) {
    var whole = new LinkedHashMap<String, Gpu>();
    for (var card : cards) {
      if (card.slice().isEmpty() && card.gpu().isPresent()) {
        whole.put(card.device().id(), card.gpu().get());
      }
    }
    if (!links.keySet().equals(whole.keySet())) {
      try {
        links = Topology.of(whole);
      } catch (NvmlException e) {
        failures.say(e); // One was lost just now; the next discovery lists it so.
      }
    }
    return cards.stream()
        .map(card ->
            new Card(
                card.device().linked(links.getOrDefault(card.device().id(), List.of())),
                card.gpu(),
                card.index(),
                card.minor(),
                card.slice()))
        .toList();
  }
}
