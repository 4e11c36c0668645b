package org.polykern.accel.mock;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.polykern.accel.Accelerator;
import org.polykern.accel.AttachedDevice;
import org.polykern.accel.Census;
import org.polykern.accel.ContainerArguments;
import org.polykern.accel.Device;
import org.polykern.accel.Discovery;
import org.polykern.accel.Grant;
import org.polykern.accel.Reading;
import org.polykern.accel.ResourceLines;
import org.polykern.accel.Slot;
import org.polykern.accel.SlotDisplay;
import org.polykern.accel.Target;

/** The declared devices. Confined to the host's thread. */
final class MockAccelerator implements Accelerator {
  private static final String NO_FILE_KEY = "mock";

  private final MockSettings settings;
  private final FileSearch search;
  private final Faults faults = new Faults();
  private final String key;
  private @Nullable MockFile file;
  private @Nullable Load load;
  private @Nullable Version version;

  /** Which state of the file was read. */
  private record Version(Path path, FileTime changed, long size) {}

  MockAccelerator(MockSettings settings, FileSearch search) throws IOException {
    this.settings = settings;
    this.search = search;
    this.key = read().map(MockFile::key).orElse(NO_FILE_KEY);
  }

  @Override
  public String key() {
    return key;
  }

  @Override
  public Discovery discover() throws IOException {
    var content = read();
    if (content.isEmpty()) {
      return Discovery.without(
          List.of(),
          "Expected a file that declares devices, but none of "
              + search.places()
              + " is there; write one or remove this plug-in");
    }
    var now = content.get();
    if (!now.key().equals(key)) {
      throw new IllegalArgumentException(
          "Expected slot_name to stay "
              + key
              + " while the plug-in is open, but the file now says "
              + now.key()
              + "; restart the agent");
    }
    faults.strike(now.faults(), Fault.Call.DISCOVER);
    return Faults.isNonsense(now.faults()) ? nonsense() : discovery(now);
  }

  @Override
  public ContainerArguments arguments(Grant grant, Target target) {
    var now = file;
    if (now == null || grant.isEmpty()) {
      return ContainerArguments.NONE;
    }
    faults.strike(now.faults(), Fault.Call.ARGUMENTS);
    var arguments = ContainerArguments.builder();
    if (key.equals("cuda")) {
      arguments.environment("BACKENDAI_MOCK_CUDA_DEVICES", String.join(",", grant.deviceIds()));
      arguments.environment(
          "BACKENDAI_MOCK_CUDA_DEVICE_COUNT", Integer.toString(grant.deviceIds().size()));
      arguments.environment("TF_MIN_GPU_MULTIPROCESSOR_COUNT", "4");
    }
    arguments.resourceLines(
        grant.slots().containsKey(shares())
            ? ResourceLines.parts(key, grant, shares(), settings.units(), settings.reservedBytes())
            : ResourceLines.whole(key, grant));
    for (var device : now.devices()) {
      if (grant.deviceIds().contains(device.id())) {
        arguments.attached(attached(now, device, grant));
      }
    }
    return arguments.build();
  }

  @Override
  public List<Reading> measure(Census census) {
    var now = file;
    var figures = load;
    if (now == null || figures == null) {
      return List.of();
    }
    faults.strike(now.faults(), Fault.Call.MEASURE);
    var devices = now.devices().stream().filter(d -> isListed(now, d)).toList();
    return figures.measure(key, devices, census);
  }

  private AttachedDevice attached(MockFile now, MockDevice device, Grant grant) {
    var amount = grant.amount(shares(), device.id());
    return amount.signum() > 0
        ? AttachedDevice.granted(
            shown(now, device), settings.units().unitsOf(amount), settings.units().memoryOf(amount))
        : AttachedDevice.of(shown(now, device));
  }

  /** The file's content, read again when it changed; empty when there is none. */
  private Optional<MockFile> read() throws IOException {
    var found = search.file();
    if (found.isEmpty()) {
      file = null;
      version = null;
      return Optional.empty();
    }
    var path = found.get();
    var seen = new Version(path, Files.getLastModifiedTime(path), Files.size(path));
    if (!seen.equals(version)) {
      var content = MockFileReader.read(path, settings.fractional());
      if (file == null || !content.simulation().equals(file.simulation())) {
        load = new Load(content.simulation());
      }
      file = content;
      version = seen;
    }
    return Optional.ofNullable(file);
  }

  private Discovery discovery(MockFile now) {
    var slots = new LinkedHashMap<String, Slot>();
    var devices = new ArrayList<Device>();
    for (var device : now.devices()) {
      var slot = slot(now, device);
      slots.putIfAbsent(slot.name(), slot);
      if (isListed(now, device)) {
        devices.add(shown(now, device));
      }
    }
    var facts = new LinkedHashMap<>(now.attributes());
    facts.put(key + "_support", "true");
    return new Discovery(
        List.copyOf(slots.values()),
        devices,
        Set.of(key + ".device", shares(), key + ".device:*-mig"),
        facts,
        Optional.empty());
  }

  private boolean isListed(MockFile now, MockDevice device) {
    return Faults.isListed(now.faults(), device)
        && settings.masked().stream().noneMatch(device::isCalled);
  }

  private Device shown(MockFile now, MockDevice declared) {
    var slot = slot(now, declared).name();
    var device =
        Device.of(declared.id(), declared.model(), slot)
            .at(declared.location(), declared.node())
            .sized(declared.memoryBytes(), declared.units())
            .feeling(Faults.health(now.faults(), declared))
            .with(Map.of("index", Integer.toString(declared.index())));
    return slot.equals(shares())
        ? device.offering(slot, settings.units().sharesOf(device))
        : device;
  }

  private Slot slot(MockFile now, MockDevice device) {
    if (device.slice()) {
      return Slot.unique(key + ".device:" + device.profile() + "-mig", format(now, MockFile.SLICE));
    }
    return settings.fractional()
        ? Slot.shares(shares(), format(now, MockFile.SHARES), settings.units().quantum())
        : Slot.devices(key + ".device", format(now, MockFile.DEVICE));
  }

  private static SlotDisplay format(MockFile now, String subtype) {
    return java.util.Objects.requireNonNull(now.formats().get(subtype));
  }

  private String shares() {
    return key + ".shares";
  }

  private static Discovery nonsense() {
    var slot = Slot.devices("nonsense.device", SlotDisplay.devices("Nonsense", "Not ours"));
    return Discovery.of(List.of(slot), List.of());
  }
}
