/**
 * One running instance over one data directory: where its files are, who holds it, how others see
 * it.
 *
 * <p>The kernel's file lock on {@code instance.lock} decides who owns a data directory: it goes
 * with the process, however that ends. The text file {@code instance} beside it tells other
 * processes pid, start time and URL; it is believed only if a process with that pid and start time
 * lives. It is removed by an orderly stop, so one without a living process means that the last stop
 * was not orderly and that servers or kernels may be left over.
 */
@org.jspecify.annotations.NullMarked
package org.polykern.launcher.instance;
