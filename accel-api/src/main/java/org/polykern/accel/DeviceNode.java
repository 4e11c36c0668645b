package org.polykern.accel;

/**
 * A device node that the container may use.
 *
 * @param host absolute path on the host
 * @param container absolute path in the container
 * @param permissions any of {@code r} (read), {@code w} (write), {@code m} (make the node)
 */
public record DeviceNode(String host, String container, String permissions) {
  public DeviceNode {
    if (!permissions.matches("r?w?m?") || permissions.isEmpty()) {
      throw new IllegalArgumentException(
          "Expected permissions out of r, w, m in this order for "
              + host
              + ", but got '"
              + permissions
              + "'");
    }
  }

  /** The same path inside, for reading and writing. */
  public static DeviceNode of(String path) {
    return new DeviceNode(path, path, "rw");
  }
}
