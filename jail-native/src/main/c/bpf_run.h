/*
 * Runs a seccomp program outside the kernel: what would it say to this call? Knows exactly the
 * instructions that the kernel takes for seccomp. Used by tests, by "what would happen", and by the
 * tracer, which asks its own policy again at every stop and so need not believe the stop's data value.
 */
#ifndef PK_BPF_RUN_H
#define PK_BPF_RUN_H

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>

#include "jail_status.h"

/* JAIL_BAD_PROGRAM for an unknown instruction, a jump or load out of range, or a missing return. */
enum jail_status bpf_run(const struct sock_filter *code, size_t length,
                         const struct seccomp_data *data, uint32_t *action);

#endif
