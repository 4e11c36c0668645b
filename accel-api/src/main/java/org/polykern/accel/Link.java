package org.polykern.accel;

/**
 * A way from one device to another of the same plug-in. Both devices list it.
 *
 * @param peer id of the other device
 * @param kind for people: {@code NVLink}, {@code XGMI}, {@code PCIe switch}
 * @param rank how good the way is, 0 or more; greater is better, no link counts as 0. Only ranks of
 *     one plug-in are compared: a group of devices is as good as the sum over its pairs
 */
public record Link(String peer, String kind, int rank) {
  public Link {
    if (rank < 0) {
      throw new IllegalArgumentException(
          "Expected a rank of 0 or more for the link to " + peer + ", but got " + rank);
    }
  }
}
