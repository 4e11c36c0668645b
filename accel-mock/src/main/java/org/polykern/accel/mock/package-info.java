/**
 * Devices that a TOML file declares: for tests, and for trying scheduling without hardware.
 *
 * <p>Holds nothing yet: it is built with the accelerator issue, on top of {@code accel-api}.
 */
@org.jspecify.annotations.NullMarked
package org.polykern.accel.mock;
