/*
 * The tracer: follows every process and thread of one jail from a single thread.
 *
 *                  seccomp stop -> judge -> go on | result := -errno
 *   seized ------> fork, vfork, clone event -> a record for the new task
 *                  exec event -> the caller's old thread id is forgotten
 *                  group stop -> LISTEN (stays stopped until SIGCONT)
 *                  signal     -> delivered as it is, 1 to 64
 *                  exited     -> record removed; the first child's status is the jail's
 *
 * Every reaction goes by the call's number and arguments, asked again of the policy's own program:
 * the data value of a stop is not believed, for a program's own filter can set it.
 *
 * Order of reports: a new task may stop (and even end) before the event that announces it; its record
 * then waits for the announcement. A task that is killed gives no more events and fails every request
 * with ESRCH, which is ignored: its exit report follows.
 */
#ifndef PK_TRACE_LOOP_H
#define PK_TRACE_LOOP_H

#include <sys/resource.h>
#include <sys/types.h>

#include "asks.h"
#include "events.h"
#include "jail_status.h"
#include "launch.h"

struct trace; /* Confined to the thread that seized. */

struct trace_result {
  int status;          /* As waitpid gives it, of the first child. */
  int started;         /* Not 0: the program was really executed. */
  struct rusage usage; /* Of the first child and all descendants that somebody waited for. */
};

/* What it is given must live as long as the trace. NULL when memory is short. */
struct trace *trace_new(const struct launch *launch, struct events *events, struct asks *asks);

/* Seizes the held first child: JAIL_SYSTEM with EPERM where tracing is not permitted. */
enum jail_status trace_seize(struct trace *trace, pid_t child);

/* Runs until the first child has ended, then kills and reaps everything that is left. */
enum jail_status trace_run(struct trace *trace, struct trace_result *result);

/* Appends maxima and counts of refusals to the event that is being made. */
void trace_summary(const struct trace *trace, struct events *events);

void trace_free(struct trace *trace);

#endif
