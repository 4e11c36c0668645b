package org.polykern.accel.cuda;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.polykern.accel.AttachedDevice;
import org.polykern.accel.BindMount;
import org.polykern.accel.ContainerArguments;
import org.polykern.accel.DeviceNode;
import org.polykern.accel.DeviceRequest;
import org.polykern.accel.Grant;
import org.polykern.accel.ResourceLines;
import org.polykern.accel.Target;

/** What containers need for their GPUs, and what keeps the others from them. */
final class CudaArguments {
  private static final String RUNTIME = "nvidia";
  private static final String CDI_KIND = "nvidia.com/gpu";
  private static final String VISIBLE = "NVIDIA_VISIBLE_DEVICES";
  private static final String CAPABILITIES = "NVIDIA_DRIVER_CAPABILITIES";
  private static final String PROGRAMS_SEE = "CUDA_VISIBLE_DEVICES";
  private static final String NOTHING = "void";
  private static final List<String> COMMON_NODES =
      List.of("dev/nvidiactl", "dev/nvidia-uvm", "dev/nvidia-uvm-tools");
  private static final long MEBI = 1L << 20;

  private final CudaSettings settings;
  private final Path root;

  CudaArguments(CudaSettings settings, Path root) {
    this.settings = settings;
    this.root = root;
  }

  ContainerArguments of(Grant grant, Target target, List<Card> cards) {
    var arguments = ContainerArguments.builder();
    if (grant.isEmpty()) {
      return hidden(arguments, target).build();
    }
    var granted = granted(grant, cards);
    if (target.kind() == Target.Kind.PROCESS) {
      process(arguments, granted);
    } else {
      container(arguments, target, grant, granted);
    }
    arguments.environment("CUDA_DEVICE_ORDER", "PCI_BUS_ID");
    var shared = grant.slots().containsKey(Slots.SHARES);
    if (shared) {
      limits(arguments, grant, granted);
    }
    arguments.resourceLines(
        shared
            ? ResourceLines.parts(
                Slots.KEY, grant, Slots.SHARES, settings.units(), settings.reservedBytes())
            : ResourceLines.whole(Slots.KEY, grant));
    granted.forEach(card -> arguments.attached(attached(grant, card)));
    return arguments.build();
  }

  /**
   * An image may ask for all GPUs by itself; under the engine's NVIDIA runtime it would get them.
   */
  private static ContainerArguments.Builder hidden(
      ContainerArguments.Builder arguments, Target target) {
    return target.kind() == Target.Kind.PROCESS
        ? arguments.environment(PROGRAMS_SEE, "")
        : arguments.environment(VISIBLE, NOTHING).environment(CAPABILITIES, "");
  }

  /** In the order of the machine, which is the order inside. */
  private static List<Card> granted(Grant grant, List<Card> cards) {
    return cards.stream()
        .filter(card -> grant.deviceIds().stream().anyMatch(card::isCalled))
        .sorted(Comparator.comparingInt(Card::index))
        .toList();
  }

  private void process(ContainerArguments.Builder arguments, List<Card> granted) {
    arguments.environment(
        PROGRAMS_SEE, String.join(",", granted.stream().map(card -> card.device().id()).toList()));
    COMMON_NODES.stream()
        .filter(node -> Files.exists(root.resolve(node)))
        .forEach(node -> arguments.deviceNode(DeviceNode.of("/" + node)));
    granted.stream()
        .mapToInt(Card::minor)
        .filter(minor -> minor >= 0)
        .distinct()
        .forEach(minor -> arguments.deviceNode(DeviceNode.of("/dev/nvidia" + minor)));
    granted.forEach(card -> capabilities(card).forEach(arguments::deviceNode));
  }

  /** A slice is opened through two more nodes, whose numbers the driver tells. */
  private List<DeviceNode> capabilities(Card card) {
    var nodes = new ArrayList<DeviceNode>();
    if (card.slice().isPresent()) {
      var slice = card.slice().get();
      var directory =
          root.resolve("proc/driver/nvidia/capabilities/gpu" + card.minor() + "/mig")
              .resolve("gi" + slice.gpuInstance());
      capability(directory.resolve("access")).ifPresent(nodes::add);
      capability(directory.resolve("ci" + slice.computeInstance()).resolve("access"))
          .ifPresent(nodes::add);
    }
    return nodes;
  }

  private static Optional<DeviceNode> capability(Path file) {
    try (var lines = Files.lines(file)) {
      return lines
          .filter(line -> line.startsWith("DeviceFileMinor:"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .map(minor ->
              new DeviceNode(
                  "/dev/nvidia-caps/nvidia-cap" + minor,
                  "/dev/nvidia-caps/nvidia-cap" + minor,
                  "r"))
          .findFirst();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private void container(
      ContainerArguments.Builder arguments, Target target, Grant grant, List<Card> granted) {
    // What is gone meanwhile is asked for all the same: the engine then refuses, as it should.
    var ids =
        granted.isEmpty()
            ? grant.deviceIds()
            : granted.stream().map(card -> card.device().id()).toList();
    switch (injection(target)) {
      case "device-request" ->
          arguments.deviceRequest(new DeviceRequest(RUNTIME, ids, List.of(List.of("gpu"))));
      case "cdi" -> {
        arguments.deviceRequest(
            DeviceRequest.cdi(ids.stream().map(id -> CDI_KIND + "=" + id).toList()));
        // The runtime's own hook would add devices a second time.
        arguments.environment(VISIBLE, NOTHING);
      }
      default ->
          arguments
              .runtime(RUNTIME)
              .environment(VISIBLE, String.join(",", ids))
              .environment(CAPABILITIES, "all");
    }
  }

  private String injection(Target target) {
    var runtime = target.runtimes().contains(RUNTIME);
    var cdi = target.deviceKinds().contains(CDI_KIND);
    var wanted = settings.injection();
    if (wanted.equals("auto") && (runtime || cdi)) {
      return runtime ? "device-request" : "cdi";
    }
    if (wanted.equals("cdi") ? !cdi : !runtime) {
      throw new IllegalArgumentException(
          "Expected the container engine to offer GPUs"
              + (wanted.equals("auto") ? "" : " by " + wanted)
              + ", but it knows the runtimes "
              + target.runtimes()
              + " and the CDI kinds "
              + target.deviceKinds()
              + "; install the NVIDIA container toolkit and restart the engine");
    }
    return wanted;
  }

  /** MPS enforces these for programs that reach its daemon; without one they are only told. */
  private void limits(ContainerArguments.Builder arguments, Grant grant, List<Card> granted) {
    var memory = new ArrayList<String>();
    var least = 100L;
    for (var place = 0; place < granted.size(); place++) {
      var card = granted.get(place);
      var share = share(grant, card);
      memory.add(place + "=" + settings.units().memoryOf(share) / MEBI + "M");
      if (card.device().processingUnits() > 0) {
        var percent = 100 * settings.units().unitsOf(share) / card.device().processingUnits();
        least = Math.clamp(percent, 1, least);
      }
    }
    arguments
        .environment("CUDA_MPS_PIPE_DIRECTORY", settings.mpsPipes())
        .environment("CUDA_MPS_ACTIVE_THREAD_PERCENTAGE", Long.toString(least))
        .environment("CUDA_MPS_PINNED_DEVICE_MEM_LIMIT", String.join(",", memory))
        .mount(new BindMount(settings.mpsPipes(), settings.mpsPipes(), false));
  }

  private static BigDecimal share(Grant grant, Card card) {
    return grant.deviceIds().stream()
        .filter(card::isCalled)
        .map(id -> grant.amount(Slots.SHARES, id))
        .reduce(BigDecimal.ZERO, BigDecimal::add);
  }

  private AttachedDevice attached(Grant grant, Card card) {
    var share = share(grant, card);
    return share.signum() > 0
        ? AttachedDevice.granted(
            card.device(), settings.units().unitsOf(share), settings.units().memoryOf(share))
        : AttachedDevice.of(card.device());
  }
}
