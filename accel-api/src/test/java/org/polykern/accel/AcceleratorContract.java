package org.polykern.accel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.HashMap;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * What the host relies on, for every plug-in to be held against. An implementation opens its own
 * with at least one device.
 */
public abstract class AcceleratorContract {
  private static final String LINE = "[A-Za-z0-9_]+";

  protected abstract AcceleratorPlugin plugin();

  /** Opens it anew, with devices. */
  protected abstract Accelerator open() throws Exception;

  @Test
  void shouldBeFoundAsAService() {
    assertThat(
            ServiceLoader.load(AcceleratorPlugin.class).stream().map(ServiceLoader.Provider::type))
        .anyMatch(type -> type.equals(plugin().getClass()));
    assertThat(plugin().version()).isEqualTo(AcceleratorPlugin.VERSION);
    assertThat(plugin().name()).matches("[a-z][a-z0-9-]*");
  }

  @Test
  void shouldAnswerTheSameDevicesInTheSameOrder() throws Exception {
    try (var accelerator = open()) {
      var first = accelerator.discover().ownedBy(accelerator.key());
      assertThat(first.devices()).isNotEmpty();
      assertThat(first.problem()).isEmpty();
      var second = accelerator.discover();
      assertThat(second.slots()).isEqualTo(first.slots());
      assertThat(second.devices())
          .extracting(Device::id)
          .isEqualTo(first.devices().stream().map(Device::id).toList());
    }
  }

  @Test
  void shouldLinkDevicesBothWays() throws Exception {
    try (var accelerator = open()) {
      var devices =
          accelerator.discover().devices().stream()
              .collect(Collectors.toMap(Device::id, device -> device));
      for (var device : devices.values()) {
        for (var link : device.links()) {
          assertThat(link.peer()).isNotEqualTo(device.id());
          assertThat(devices.get(link.peer()).links())
              .anyMatch(back -> back.peer().equals(device.id()) && back.rank() == link.rank());
        }
      }
    }
  }

  @Test
  void shouldAttachEachDevice() throws Exception {
    try (var accelerator = open()) {
      for (var device : accelerator.discover().devices()) {
        var grant = new Grant(Map.of(device.slot(), Map.of(device.id(), device.amount())));
        var arguments = accelerator.arguments(grant, Target.PROCESS);
        assertThat(arguments.attached())
            .extracting(AttachedDevice::deviceId)
            .containsExactly(device.id());
        assertThat(arguments.resourceLines().keySet())
            .allMatch(line -> line.matches(LINE) && !line.endsWith("_SHARES"));
        assertThat(accelerator.arguments(grant, Target.PROCESS)).isEqualTo(arguments);
      }
      assertThat(accelerator.arguments(Grant.NONE, Target.PROCESS).attached()).isEmpty();
    }
  }

  @Test
  void shouldSurviveGrantsOfDevicesThatAreGone() throws Exception {
    try (var accelerator = open()) {
      var slot = accelerator.discover().slots().getFirst().name();
      var gone = Grant.of(slot, "gone");
      assertThatCode(() -> accelerator.arguments(gone, Target.PROCESS)).doesNotThrowAnyException();
      var readings = accelerator.measure(new Census(Map.of("c", gone), Map.of(1L, "c")));
      assertThat(readings).allMatch(reading -> reading.containers().isEmpty());
    }
  }

  @Test
  void shouldMeasureItsOwnDevices() throws Exception {
    try (var accelerator = open()) {
      var devices = accelerator.discover().devices();
      var containers = new HashMap<String, Grant>();
      for (var device : devices) {
        containers.put("of-" + device.id(), Grant.of(device.slot(), device.id()));
      }
      var readings = accelerator.measure(new Census(containers, Map.of()));
      assertThat(readings).isNotEmpty();
      for (var reading : readings) {
        assertThat(reading.metric().key()).startsWith(accelerator.key() + "_");
        assertThat(devices).extracting(Device::id).containsAll(reading.devices().keySet());
        assertThat(containers.keySet()).containsAll(reading.containers().keySet());
        if (reading.metric().unit().equals("bytes")) {
          assertThat(reading.devices().values())
              .allMatch(value ->
                  value.value().stripTrailingZeros().scale() <= 0 && value.capacity().isPresent());
        }
      }
    }
  }
}
