/**
 * All sections of the configuration file, gathered from the modules that own them.
 *
 * <p>The sample file {@code polykern.sample.toml} is written from the same list; a test compares
 * the two.
 */
@org.jspecify.annotations.NullMarked
package org.polykern.launcher.settings;
