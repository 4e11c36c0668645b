package org.polykern.accel;

import java.util.List;

/**
 * Devices that the engine itself adds to the container.
 *
 * @param driver who adds them: {@code nvidia}, {@code cdi}
 * @param deviceIds in the driver's words
 * @param capabilities alternatives, each a list of words that must all hold; empty for CDI
 */
public record DeviceRequest(
    String driver, List<String> deviceIds, List<List<String>> capabilities) {
  public DeviceRequest {
    deviceIds = List.copyOf(deviceIds);
    capabilities = capabilities.stream().map(List::copyOf).toList();
  }

  /** By the names of the Container Device Interface, such as {@code nvidia.com/gpu=GPU-1234}. */
  public static DeviceRequest cdi(List<String> names) {
    return new DeviceRequest("cdi", names, List.of());
  }
}
