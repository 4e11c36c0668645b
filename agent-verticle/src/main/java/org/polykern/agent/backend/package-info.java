/**
 * What runs a kernel's runner: the interface between the agent's kernel logic and the two ways to
 * isolate it (packages {@code docker} and {@code process}).
 *
 * <p>A backend owns containers (in the process backend: a process tree with its namespaces and
 * cgroups) and nothing else; directories, devices, links and reports belong to the kernel logic.
 * All methods block and may be called from any thread; calls about one kernel come one at a time,
 * from its mailbox, except for {@code log} and {@code usage}. Everything a backend must know to
 * find its containers after a crash is in the container itself (labels) or in the {@link
 * org.polykern.agent.backend.ContainerRef} of the kernel's state file.
 */
@org.jspecify.annotations.NullMarked
package org.polykern.agent.backend;
