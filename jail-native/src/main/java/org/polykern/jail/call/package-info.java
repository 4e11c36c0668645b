/**
 * The names and numbers of system calls, per architecture.
 *
 * <p>The tables are resources ({@code syscalls-ARCH.txt}, lines of {@code name number}) that the
 * build makes from the C library's headers, so a rule for a call that the headers do not know is a
 * rule for nothing: its number is above {@link org.polykern.jail.call.SyscallTable#highest()}, and
 * every number above that is answered ENOSYS. Tables are immutable and shared between threads.
 */
@org.jspecify.annotations.NullMarked
package org.polykern.jail.call;
