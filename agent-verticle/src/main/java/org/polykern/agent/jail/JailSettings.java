package org.polykern.agent.jail;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What the operator decides about the jail.
 *
 * @param kernelHome has the helper {@code pk-jail} and the library {@code libpkjail.so}
 * @param policies directory of the operator's policies, null when there are none
 * @param plugins directory of plug-in jars, null when there are none
 */
public record JailSettings(
    JailMode mode, Path kernelHome, @Nullable Path policies, @Nullable Path plugins) {
  /** No jail. */
  public static JailSettings off(Path kernelHome) {
    return new JailSettings(JailMode.OFF, kernelHome, null, null);
  }
}
