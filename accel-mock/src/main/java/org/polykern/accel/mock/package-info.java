/**
 * Devices that a TOML file declares: for tests, and for trying scheduling without hardware.
 *
 * <p>Model: {@code MockFileReader} reads the whole file into a {@code MockFile} or reports all that
 * is wrong with it, each with file, line and key; {@code MockAccelerator} shows it as devices. The
 * file is looked at again before each discovery, so devices can be broken, taken away and brought
 * back while the host runs; a file that became wrong fails that one call, and what was read before
 * stays. {@code Faults} makes calls fail, hang or lie, as the file says. One thread, as the
 * interface promises.
 */
@org.jspecify.annotations.NullMarked
package org.polykern.accel.mock;
