package org.polykern.accel.cuda;

import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.polykern.accel.Accelerator;
import org.polykern.accel.Census;
import org.polykern.accel.ContainerArguments;
import org.polykern.accel.Discovery;
import org.polykern.accel.Grant;
import org.polykern.accel.Reading;
import org.polykern.accel.Slot;
import org.polykern.accel.Target;

/** The machine's GPUs. Confined to the host's thread. */
final class CudaAccelerator implements Accelerator {
  private static final Set<String> EXCLUSIVE = Set.of(Slots.DEVICE, Slots.SHARES, Slots.ANY_SLICE);

  private final CudaSettings settings;
  private final Path root;
  private final System.Logger log;
  private final FailureLog failures;
  private final CudaArguments arguments;
  private final CudaMetrics metrics;
  private @Nullable NvmlLibrary library;
  private @Nullable Inventory inventory;
  private List<Card> cards = List.of();

  CudaAccelerator(CudaSettings settings, Path root, System.Logger log) {
    this.settings = settings;
    this.root = root;
    this.log = log;
    this.failures = new FailureLog(log, System::nanoTime);
    this.arguments = new CudaArguments(settings, root);
    this.metrics = new CudaMetrics(settings, failures);
  }

  @Override
  public String key() {
    return Slots.KEY;
  }

  @Override
  public Discovery discover() {
    var slots = new LinkedHashSet<Slot>();
    slots.add(settings.shares() ? Slots.shares(settings.units()) : Slots.whole());
    var problem = start();
    var nvml = library;
    var list = inventory;
    if (nvml == null || list == null) {
      return Discovery.without(List.copyOf(slots), problem);
    }
    cards = list.cards();
    for (var card : cards) {
      var slot = card.device().slot();
      if (card.slice().isPresent()) {
        slots.add(Slots.slice(profile(slot)));
      } else if (slot.equals(Slots.DEVICE)) {
        slots.add(Slots.whole()); // Too small for a share.
      }
    }
    return new Discovery(
        new ArrayList<>(slots),
        cards.stream().map(Card::device).toList(),
        EXCLUSIVE,
        nvml.facts(),
        Optional.empty());
  }

  @Override
  public ContainerArguments arguments(Grant grant, Target target) {
    return arguments.of(grant, target, cards);
  }

  @Override
  public List<Reading> measure(Census census) {
    return metrics.measure(cards, census);
  }

  @Override
  public void close() {
    var list = inventory;
    if (list != null) {
      list.close();
    }
    var nvml = library;
    if (nvml != null) {
      nvml.close();
    }
    library = null;
    inventory = null;
  }

  /** Loads the library if it is not; answers why that failed, or nothing. */
  private String start() {
    if (library != null) {
      return "";
    }
    var opened = NvmlLibrary.open(settings.libraries());
    if (opened.library().isEmpty()) {
      return opened.problem() + driver();
    }
    library = opened.library().get();
    inventory = new Inventory(library, settings, root, failures);
    log.log(Level.INFO, "NVML started: {0}", library.facts());
    return "";
  }

  /** A driver without a usable library is worth a hint. */
  private String driver() {
    return Files.exists(root.resolve("proc/driver/nvidia/version"))
        ? " The driver itself is loaded."
        : "";
  }

  private static String profile(String slot) {
    return slot.substring(slot.indexOf(':') + 1, slot.length() - "-mig".length());
  }
}
