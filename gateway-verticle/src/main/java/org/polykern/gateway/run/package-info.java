/**
 * Talking to a session's main kernel through its agent: running code, interrupting, completing,
 * reading the log.
 *
 * <p>{@link org.polykern.gateway.run.KernelTargets} remembers for a few seconds which kernel on
 * which agent a reference means, so that a warm call costs no query; it forgets on session events
 * and when an agent disowns the kernel. {@link org.polykern.gateway.run.KernelCalls} owns the
 * patience with agents that restart. A call whose outcome is unknown is never repeated, except
 * where repeating is harmless (reading on).
 */
@org.jspecify.annotations.NullMarked
package org.polykern.gateway.run;
