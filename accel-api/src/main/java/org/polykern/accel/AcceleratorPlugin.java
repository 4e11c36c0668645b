package org.polykern.accel;

/**
 * What a plug-in jar implements and names in {@code
 * META-INF/services/org.polykern.accel.AcceleratorPlugin}. Needs a public constructor without
 * parameters that does nothing: libraries are loaded in {@link #open}.
 */
public interface AcceleratorPlugin {
  /** The version of this interface. */
  int VERSION = 1;

  /** The version it was written for; others than {@link #VERSION} are reported and left out. */
  int version();

  /**
   * The kind of device, such as {@code cuda}: lower-case letters, digits and dashes, starting with
   * a letter. All its slot names start with the key and a dot, its metrics with the key and an
   * underscore. No two plug-ins of one host share a key; the one of the jar whose name sorts first
   * is kept.
   */
  String key();

  /**
   * Starts to work. A host without the driver is no error: then {@link Accelerator#discover} says
   * so in {@link Discovery#problem()}.
   *
   * @throws IllegalArgumentException for settings that are wrong, naming the setting
   * @throws Exception for anything else; the plug-in is reported and left out
   */
  Accelerator open(PluginContext context) throws Exception;
}
