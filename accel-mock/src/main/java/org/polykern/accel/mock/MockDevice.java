package org.polykern.accel.mock;

import java.util.Locale;

/**
 * One entry of {@code devices}.
 *
 * @param index place in the list, from 0
 * @param uuid of the card; slices of one card share it
 * @param slice whether it is a slice of a card that was cut up
 */
record MockDevice(
    int index, String uuid, String model, int node, int units, long memoryBytes, boolean slice) {
  String id() {
    return slice ? "MIG-" + uuid + "/" + index + "/0" : uuid;
  }

  String location() {
    return String.format(Locale.ROOT, "0000:99:%02d.0", index);
  }

  /** What follows the first dash of a slice's model, such as {@code 3g.40gb}. */
  String profile() {
    return model.substring(model.indexOf('-') + 1).toLowerCase(Locale.ROOT);
  }

  boolean isCalled(String name) {
    return name.equals(uuid) || name.equals(id()) || name.equals(Integer.toString(index));
  }
}
