/*
 * The first child: forked, held until the tracer has seized it, then contained step by step and
 * replaced by the program.
 *
 *   helper   spawn_start -> seize -> spawn_release -> ... child ended -> spawn_failed?
 *   child       wait ------------------> contain -> exec, or a report and exit 126/127
 *
 * The child is seized while it still has the helper's ids: afterwards it could not be by a helper
 * that lacks SYS_PTRACE.
 */
#ifndef PK_SPAWN_H
#define PK_SPAWN_H

#include <sys/types.h>

#include "jail_status.h"
#include "launch.h"

struct spawn {
  pid_t child;
  int go;      /* Write end: a byte lets the child begin; closing it makes the child exit. */
  int failure; /* Read end: a spawn_failure, or nothing when the program was started. */
};

struct spawn_failure {
  char step[24]; /* The step of containment, or "exec". */
  int error;     /* errno */
};

/* Forks. guard is a second program installed before the policy's own, or NULL. */
enum jail_status spawn_start(const struct launch *launch, const struct filter_program *guard,
                             char *const argv[], struct spawn *spawn);

enum jail_status spawn_release(struct spawn *spawn);

/* 1 when the child reported that it could not start the program, else 0. Call it after its end. */
int spawn_failed(struct spawn *spawn, struct spawn_failure *failure);

#endif
