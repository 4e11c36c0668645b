/**
 * Runs plug-in jars: the side of the interface that an agent needs.
 *
 * <p>Model: {@link org.polykern.accel.host.AcceleratorHost} compares a directory with what it has
 * open, opens and closes jars accordingly, asks each plug-in what there is, and declares that to
 * the ledger. It is told nothing about events: each refresh works out what changed. A jar that is
 * broken is left out with a sentence until its file changes.
 *
 * <p>Isolation: each jar has a class loader that shows it the JDK and the interface, and a thread
 * of its own on which all its calls are made under a deadline ({@code Guard}). A plug-in that hangs
 * or fails has its devices withdrawn until it answers again; what kernels hold stays theirs, and
 * the others are not disturbed. What a plug-in does to the whole process (a crash in native code)
 * no thread can contain.
 *
 * <p>Threads: the host's methods block up to the deadlines of all plug-ins together, so they belong
 * on tasks, never on an event loop; one lock makes them take turns.
 */
@org.jspecify.annotations.NullMarked
package org.polykern.accel.host;
