package org.polykern.accel;

/**
 * How user interfaces show a slot.
 *
 * @param name for people: {@code GPU}
 * @param description a few words: {@code CUDA-capable GPU}
 * @param unit what follows a number: {@code GPU}
 * @param binary numbers are scaled by 1024 instead of 1000
 * @param decimals digits after the point, 0 or more
 * @param icon a word that user interfaces know: {@code gpu1}
 */
public record SlotDisplay(
    String name, String description, String unit, boolean binary, int decimals, String icon) {
  public SlotDisplay {
    if (decimals < 0) {
      throw new IllegalArgumentException("Expected 0 or more decimals, but got " + decimals);
    }
  }

  /** Whole devices, with the generic icon of an accelerator. */
  public static SlotDisplay devices(String name, String description) {
    return new SlotDisplay(name, description, name, false, 0, "gpu1");
  }
}
