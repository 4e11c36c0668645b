/*
 * Mode m1: the helper has the program's own user id, so the kernel lets the program signal, starve and
 * slow it. This filter refuses what names a protected process in a register. It is installed besides
 * the policy's program, because only the helper knows its own process id.
 *
 * Weaker than m2: a call that reaches a process by a descriptor (pidfd_send_signal) can only be refused
 * altogether, and what names no process at all is not seen. Landlock's signal scope and its rule that
 * nobody traces out of a domain, which the helper also asks for, close most of the rest on kernels that
 * have them.
 */
#ifndef PK_GUARD_H
#define PK_GUARD_H

#include <stddef.h>
#include <sys/types.h>

#include "jail_status.h"
#include "seccomp_filter.h"

/* For the native architecture. The groups of the processes are protected too. */
enum jail_status guard_compile(const pid_t *processes, size_t count, struct filter_program *program);

#endif
