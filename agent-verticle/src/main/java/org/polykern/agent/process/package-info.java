/**
 * Kernels as local process trees: the default where no container engine answers.
 *
 * <p>One kernel is a small supervising shell ({@code launch.sh}, in its own session and cgroups)
 * whose child lives, where privileges allow, in its own mount, pid, ipc and uts namespaces ({@code
 * inside.sh} is process 1 there: it mounts, drops to the kernel's user and reaps). The tree does
 * not depend on the agent: it survives a {@code kill -9} of it and is found again by the
 * supervisor's pid and start time. {@link org.polykern.agent.process.Isolation} holds what was
 * probed at start; what is missing is said in plain sentences and never silently assumed.
 *
 * <p>Images are the programs of this machine, one for each language of the kernel home whose
 * program is found and tells its version.
 *
 * <p>State on a crash: cgroup directories and the process tree; both are found again by the
 * kernel's id.
 */
@org.jspecify.annotations.NullMarked
package org.polykern.agent.process;
