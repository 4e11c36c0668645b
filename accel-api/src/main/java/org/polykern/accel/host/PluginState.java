package org.polykern.accel.host;

import java.util.Optional;
import org.polykern.accel.Discovery;

/**
 * How one jar of the directory does.
 *
 * @param jar its file name
 * @param key the kind of device; empty when it could not be opened
 * @param discovery its last answer; empty when there was none
 * @param problem why it does not work just now, as a sentence; empty when it does
 */
public record PluginState(
    String jar, Optional<String> key, Optional<Discovery> discovery, Optional<String> problem) {}
