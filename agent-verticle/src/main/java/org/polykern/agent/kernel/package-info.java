/**
 * Kernels: commands in, observed states out.
 *
 * <p>{@link org.polykern.agent.kernel.Kernels} holds every kernel of this agent until its end has
 * been acknowledged. One kernel's work (start, restart, stop, end) runs in its mailbox, one thing
 * at a time; commands only decide, record durably and put work there. A start is a list of steps
 * ({@code KernelSteps}), each of which first looks whether it is done already, so after a crash the
 * same list starts from the top.
 *
 * <p>State: {@link org.polykern.agent.kernel.KernelRecord}, an immutable value replaced under the
 * kernel's lock and written to {@code state.json} (mode 600) before anything that depends on it
 * happens. Lock order: Kernel, then nothing else of ours. Written without fsync: what a power
 * failure takes away it takes together with the containers.
 *
 * <pre>
 *   PREPARING -> CREATING -> RUNNING -> TERMINATING -> TERMINATED
 *        |            |
 *        v            v          a restart is a higher generation: PREPARING again
 *     REJECTED      FAILED
 * </pre>
 */
@org.jspecify.annotations.NullMarked
package org.polykern.agent.kernel;
