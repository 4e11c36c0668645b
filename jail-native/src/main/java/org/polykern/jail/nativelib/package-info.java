/**
 * The door to the jail's C library: stateless natives that make and try seccomp programs and ask
 * the kernel what it can do.
 *
 * <p>Nothing here starts or traces a process; package {@code start} starts. Jailed programs run
 * under the static executable {@code pk-jail}, a process of its own: a tracer inside a JVM would
 * fight with the JVM's own waiting for its children, and a crash of either would take the other
 * along.
 *
 * <p>{@link org.polykern.jail.nativelib.PseudoTerminal} is for people at a terminal: a jailed
 * program cannot have theirs, so it gets one of its own, and a thread carries the bytes.
 */
@org.jspecify.annotations.NullMarked
package org.polykern.jail.nativelib;
