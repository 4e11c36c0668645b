/**
 * Small files in a session's work directory: upload, download, list.
 *
 * <p>The directory is open to hostile code while we look at it, so no path is ever resolved by the
 * system from its top: {@link org.polykern.agent.file.OpenDir} walks one component at a time with
 * {@code openat} and {@code O_NOFOLLOW}, and works on what it holds open. FIFOs and devices are
 * never opened for reading. Uploads are written beside the work directory and renamed into place,
 * so they appear whole and with their owner. No state; nothing to recover.
 */
@org.jspecify.annotations.NullMarked
package org.polykern.agent.file;
