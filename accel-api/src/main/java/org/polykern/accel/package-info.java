/**
 * What a compute plug-in implements: the service-provider interface for accelerators.
 *
 * <p>A plug-in finds devices of one kind (GPUs, say), offers each of them in one resource slot,
 * turns what a container was granted into arguments for that container, and measures. It never
 * decides who gets what: the host does, with {@code org.polykern.accel.allocation}, and this
 * package knows nothing of it. It depends on the JDK alone, because a plug-in jar runs in a class
 * loader of its own that shows it only this package and the JDK; what else it needs it brings.
 *
 * <p>Model: {@link org.polykern.accel.AcceleratorPlugin} is found by {@code ServiceLoader} and
 * opens one {@link org.polykern.accel.Accelerator}. {@code discover} answers a whole state each
 * time (slots, devices, health), and the host works out what changed; so nothing is lost when an
 * answer is.
 *
 * <p>Threads: the host makes all calls to one plug-in on one thread, one after the other, each
 * under a deadline. A call that misses it is abandoned: its thread is interrupted and left behind,
 * the plug-in's devices count as sick, and no other call is made, not even {@code close}, until the
 * abandoned one has returned. So a plug-in needs no locks unless it starts threads itself. All
 * records here are immutable and check their values; an exception from any call is reported with
 * the plug-in's key and harms nothing else.
 */
@org.jspecify.annotations.NullMarked
package org.polykern.accel;
