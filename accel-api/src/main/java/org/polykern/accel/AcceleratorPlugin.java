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
   * How the plug-in is called in configuration and messages, such as {@code cuda} or {@code mock}:
   * lower-case letters, digits and dashes, starting with a letter. No two plug-ins of one host
   * share a name; the one of the jar whose file name sorts first is kept.
   */
  String name();

  /**
   * Starts to work. A host without the driver is no error: then {@link Accelerator#discover} says
   * so in {@link Discovery#problem()}.
   *
   * @throws IllegalArgumentException for settings that are wrong, naming the setting
   * @throws Exception for anything else; the plug-in is reported and left out
   */
  Accelerator open(PluginContext context) throws Exception;
}
