/*
 * What becomes of a call that the policy's program stopped for the tracer. The program is asked again:
 * that a call stopped may be the doing of a filter that the jailed program installed for itself, and so
 * may be the data that came along.
 */
#ifndef PK_JUDGE_H
#define PK_JUDGE_H

#include <linux/seccomp.h>

#include "asks.h"
#include "launch.h"
#include "refusals.h"
#include "tasks.h"

#define JUDGE_LATER (-1)

struct judge {
  const struct launch *launch;
  struct tasks *tasks;
  struct refusals *refusals;
  struct asks *asks;
  int started;    /* Not 0: the program was really executed, and further execs count. */
  long execs;     /* Programs started after the first. */
  long creations; /* Processes and threads that were let through. */
};

/* The errno for a stopped call, 0 to let it through, JUDGE_LATER when it stays stopped for an answer. */
int judge_stopped(struct judge *judge, struct task *task, const struct seccomp_data *call);

/* The same for a call about which an answer came: error is what it says. */
int judge_answered(struct judge *judge, struct task *task, const struct seccomp_data *call, int error);

#endif
