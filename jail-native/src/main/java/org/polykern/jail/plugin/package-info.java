/**
 * Policies in Java: a jar that is asked about the calls a policy lists as {@code traced_syscalls}.
 *
 * <p>The model: one plug-in per jar entry, found by {@link java.util.ServiceLoader}; for each jail
 * it makes one judge, which is asked once per stopped call and answers before the call runs.
 * Registers are all it is told: memory behind a pointer can change after the answer, so rules about
 * paths are Landlock's, never a judge's.
 *
 * <p>Each jar has its own class loader, which shows it the JDK's base, this package, {@code rule}
 * and {@code call}, and nothing else of ours. A jar that cannot be loaded is reported and left out;
 * a judge that throws refuses the call. A judge is asked by one thread at a time; it should answer
 * in microseconds, because the jailed thread waits.
 */
@org.jspecify.annotations.NullMarked
package org.polykern.jail.plugin;
