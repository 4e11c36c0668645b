/*
 * Refused calls: counted by number, told at the first, tenth, hundredth ... of each call, so that a
 * program in a loop cannot flood its reader. In watch mode told once for each program and call.
 */
#ifndef PK_REFUSALS_H
#define PK_REFUSALS_H

#include <linux/seccomp.h>
#include <sys/types.h>

#include "events.h"
#include "launch.h"

#define REFUSALS_CALLS 512
#define REFUSALS_PROGRAMS 4096

struct refusals {
  const struct launch *launch;
  struct events *events;
  unsigned long counts[REFUSALS_CALLS]; /* By call number; those above share the last place. */
  unsigned seen[REFUSALS_PROGRAMS];     /* Watch mode: hashes of (program, call), open addressing. */
};

void refusals_begin(struct refusals *refusals, const struct launch *launch, struct events *events);

void refusals_add(struct refusals *refusals, pid_t tid, const struct seccomp_data *call, int error);

/* Appends "refused":{"call":count,...}. */
void refusals_summary(const struct refusals *refusals, struct events *events);

#endif
