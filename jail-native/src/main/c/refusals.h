/*
 * Refused calls: counted by number, told at the first, tenth, hundredth ... of each call, so that a
 * program in a loop cannot flood its reader. In watch mode told once for each program and call, and
 * summed up at the end.
 */
#ifndef PK_REFUSALS_H
#define PK_REFUSALS_H

#include <linux/seccomp.h>
#include <sys/types.h>

#include "events.h"
#include "launch.h"

#define REFUSALS_CALLS 512
#define REFUSALS_USES 2048

/* A program's use of a call, in watch mode. */
struct refusals_use {
  char program[16]; /* As the kernel names it: at most 15 bytes. */
  int nr;
  unsigned long count; /* 0: a free place. */
};

struct refusals {
  const struct launch *launch;
  struct events *events;
  unsigned long counts[REFUSALS_CALLS]; /* By call number; those above share the last place. */
  struct refusals_use uses[REFUSALS_USES]; /* Open addressing; when full, no new ones are told. */
};

void refusals_begin(struct refusals *refusals, const struct launch *launch, struct events *events);

void refusals_add(struct refusals *refusals, pid_t tid, const struct seccomp_data *call, int error);

/* Sends the event of a question; 0 when it was lost. */
int refusals_ask(struct refusals *refusals, long id, pid_t tid, const struct seccomp_data *call);

/* Sends {"event":"use","program":...,"call":...,"count":N} for everything that was watched. */
void refusals_tell_uses(struct refusals *refusals);

/* Appends "refused":{"call":count,...}. */
void refusals_summary(const struct refusals *refusals, struct events *events);

#endif
