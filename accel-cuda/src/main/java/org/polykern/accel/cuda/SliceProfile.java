package org.polykern.accel.cuda;

import java.util.Arrays;
import java.util.Locale;

/** NVIDIA's name of a kind of slice, such as {@code 3g.20gb}. */
final class SliceProfile {
  /** Names of sizes in GiB, by the size of the whole card. */
  private static final int[][] SIZES = {
    {6, 12, 24},
    {5, 10, 20, 40},
    {10, 20, 40, 80},
    {12, 24, 47, 94},
    {12, 24, 48, 96},
    {18, 35, 71, 141},
    {23, 45, 90, 180}
  };

  private static final long GIB = 1L << 30;

  private SliceProfile() {}

  static String of(Gpu slice, Gpu.Attributes attributes, long cardBytes) {
    return slice
        .namedProfile()
        .orElseGet(() -> built(attributes, cardBytes))
        .toLowerCase(Locale.ROOT);
  }

  static String built(Gpu.Attributes attributes, long cardBytes) {
    var compute =
        attributes.computeSlices() < attributes.slices() ? attributes.computeSlices() + "c." : "";
    return compute + attributes.slices() + "g." + size(attributes.memoryBytes(), cardBytes) + "gb";
  }

  /** A slice has a little less than it is named after. */
  private static long size(long bytes, long cardBytes) {
    var whole = Math.ceilDiv(bytes, GIB);
    var card = Math.ceilDiv(cardBytes, GIB);
    return Arrays.stream(SIZES)
        .filter(sizes -> sizes[sizes.length - 1] >= card)
        .findFirst()
        .stream()
        .flatMapToInt(Arrays::stream)
        .filter(size -> size >= whole)
        .mapToLong(size -> size)
        .findFirst()
        .orElse(whole);
  }
}
