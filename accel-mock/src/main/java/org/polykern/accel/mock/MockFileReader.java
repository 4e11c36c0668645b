package org.polykern.accel.mock;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.polykern.accel.SlotDisplay;
import org.tomlj.Toml;

/** Reads the file. Keys that it does not know are allowed everywhere. */
final class MockFileReader {
  private static final String CUDA = "cuda";
  private static final Map<String, String> CUDA_ATTRIBUTES =
      Map.of("nvidia_driver", "450.00.00", "cuda_runtime", "11.0");
  private static final int HANG_SECONDS = 30;

  private final boolean fractional;

  private MockFileReader(boolean fractional) {
    this.fractional = fractional;
  }

  /**
   * @param fractional whether whole devices are offered as shares
   * @throws IllegalArgumentException with everything that is wrong, each with file, line and key
   */
  static MockFile read(Path file, boolean fractional) throws IOException {
    var errors = new FileErrors(file.toString());
    var toml = Toml.parse(Files.readString(file));
    toml.errors()
        .forEach(e -> errors.add(e.position().line(), "", "Expected TOML, but " + e.getMessage()));
    errors.finish();
    var content = new MockFileReader(fractional).file(new Entries(toml, "", 1, errors));
    errors.finish();
    return content;
  }

  private MockFile file(Entries root) {
    var key = root.text("slot_name");
    if (!key.isEmpty() && !key.matches("[a-z][a-z0-9-]*")) {
      root.wrong("slot_name", "Expected lower-case letters and digits, but got '" + key + "'");
    }
    root.text("device_plugin_name");
    var devices = devices(root, key);
    return new MockFile(
        key,
        devices,
        attributes(root.table("attributes"), key),
        formats(root.table("formats"), devices),
        simulation(root),
        faults(root));
  }

  private List<MockDevice> devices(Entries root, String key) {
    var devices = new ArrayList<MockDevice>();
    for (var entry : root.tables("devices")) {
      var slice = (key.equals(CUDA) || entry.has("is_mig_device")) && entry.flag("is_mig_device");
      var device =
          new MockDevice(
              devices.size(),
              entry.text("mother_uuid"),
              entry.text("model_name"),
              entry.number("numa_node", 0),
              entry.number("subproc_count", 1),
              entry.bytes("memory_size"),
              slice);
      check(entry, device, devices);
      devices.add(device);
    }
    return devices;
  }

  private void check(Entries entry, MockDevice device, List<MockDevice> before) {
    if (!device.uuid().isEmpty() && !device.uuid().matches("[\\w.+-]+")) {
      entry.wrong(
          "mother_uuid", "Expected letters, digits and dashes, but got '" + device.uuid() + "'");
    }
    if (before.stream().anyMatch(other -> other.id().equals(device.id()))) {
      entry.wrong(
          "mother_uuid",
          "Expected another one for each whole device, but '" + device.uuid() + "' is there twice");
    }
    if (device.slice() && !device.model().matches("[^-]*-[\\w.+]+")) {
      entry.wrong(
          "model_name",
          "Expected a profile such as MIG-3g.40gb of a slice, but got '" + device.model() + "'");
    }
  }

  private static Map<String, String> attributes(Entries table, String key) {
    var attributes = new LinkedHashMap<String, String>();
    if (key.equals(CUDA)) {
      attributes.putAll(CUDA_ATTRIBUTES);
    }
    table.keys().forEach(name -> attributes.put(name, table.text(name)));
    return attributes;
  }

  private Map<String, SlotDisplay> formats(Entries table, List<MockDevice> devices) {
    var formats = new LinkedHashMap<String, SlotDisplay>();
    if (devices.stream().anyMatch(device -> !device.slice())) {
      add(formats, table, fractional ? MockFile.SHARES : MockFile.DEVICE);
    }
    if (devices.stream().anyMatch(MockDevice::slice)) {
      add(formats, table, MockFile.SLICE);
    }
    return formats;
  }

  private static void add(Map<String, SlotDisplay> formats, Entries table, String subtype) {
    if (!table.has(subtype)) {
      table.wrong(
          subtype,
          "Expected it to say how the declared devices are shown, but there is only "
              + table.keys());
      return;
    }
    var format = table.table(subtype);
    var numbers = format.table("number_format");
    formats.put(
        subtype,
        new SlotDisplay(
            format.text("human_readable_name"),
            format.text("description"),
            format.text("display_unit"),
            numbers.flag("binary"),
            numbers.number("round_length", 0),
            format.text("display_icon")));
  }

  private static MockFile.Simulation simulation(Entries root) {
    if (!root.has("simulation")) {
      return new MockFile.Simulation(0, false, BigDecimal.ONE);
    }
    var table = root.table("simulation");
    return new MockFile.Simulation(
        table.has("seed") ? table.seed("seed") : 0,
        table.has("fixed") && table.flag("fixed"),
        table.has("load") ? table.part("load") : BigDecimal.ONE);
  }

  private static List<Fault> faults(Entries root) {
    return root.has("faults")
        ? root.tables("faults").stream().map(MockFileReader::fault).toList()
        : List.of();
  }

  private static Fault fault(Entries entry) {
    var kind = entry.word("kind", Fault.Kind.class, Fault.Kind.ERROR);
    var call =
        entry.has("call")
            ? entry.word("call", Fault.Call.class, Fault.Call.DISCOVER)
            : Fault.Call.DISCOVER;
    return new Fault(
        kind,
        call,
        kind.ofDevice() ? entry.text("device") : "",
        entry.has("every") ? entry.number("every", 1) : 1,
        entry.has("seconds") ? entry.number("seconds", 1) : HANG_SECONDS);
  }
}
