#define _GNU_SOURCE
#include "judge.h"

#include <errno.h>
#include <linux/sched.h>
#include <stdint.h>
#include <sys/syscall.h>

#include "bpf_run.h"

/* Data of RET_TRACE in the policy's own program; RuleCompiler in Java writes them. */
#define DATA_COUNT 1
#define DATA_ASK 3
#define DATA_WATCH 9
#define DATA_REFUSED 0x1000

static enum task_kind created_by(const struct seccomp_data *call) {
  switch (call->nr) {
#ifdef SYS_fork
    case SYS_fork:
    case SYS_vfork:
      return TASK_PROCESS;
#endif
    case SYS_clone:
      return (call->args[0] & CLONE_THREAD) != 0 ? TASK_THREAD : TASK_PROCESS;
    default:
      return TASK_NONE;
  }
}

static int is_exec(int nr) { return nr == SYS_execve || nr == SYS_execveat; }

static int above(long limit, long count) { return limit >= 0 && count >= limit; }

/* The errno for a call that is counted, 0 to let it through. */
static int against_limits(struct judge *judge, struct task *task, const struct seccomp_data *call) {
  const struct launch *launch = judge->launch;
  enum task_kind kind = created_by(call);
  if (is_exec(call->nr)) {
    return judge->started && above(launch->max_execs, judge->execs) && !launch->watch ? EPERM : 0;
  }
  if (kind == TASK_NONE) {
    return 0;
  }
  if (call->nr == SYS_clone && (call->args[0] & (CLONE_UNTRACED | CLONE_PTRACE)) != 0) {
    return EPERM; /* Whatever the policy says: the child would leave the jail. */
  }
  long limit = kind == TASK_PROCESS ? launch->max_processes : launch->max_threads;
  if ((above(limit, judge->tasks->alive[kind]) || above(launch->max_creations, judge->creations)) &&
      !launch->watch) {
    return EAGAIN;
  }
  judge->creations++;
  task_reserve(judge->tasks, task, kind);
  return 0;
}

/* The same, and tells a refusal. */
static int count_and_tell(struct judge *judge, struct task *task, const struct seccomp_data *call) {
  int error = against_limits(judge, task, call);
  if (error != 0) {
    refusals_add(judge->refusals, task->tid, call, error);
  }
  return error;
}

/* Asks outside; 0 when nobody can be asked. */
static int ask(struct judge *judge, struct task *task, const struct seccomp_data *call) {
  long id = asks_put(judge->asks, task->tid, call);
  if (id != 0 && !refusals_ask(judge->refusals, id, task->tid, call)) {
    asks_drop(judge->asks, task->tid);
    return 0;
  }
  return id != 0;
}

int judge_stopped(struct judge *judge, struct task *task, const struct seccomp_data *call) {
  const struct filter_program *filter = &judge->launch->filter;
  uint32_t action = SECCOMP_RET_ALLOW;
  if (filter->code != NULL && bpf_run(filter->code, filter->length, call, &action) != JAIL_OK) {
    return EPERM;
  }
  int data = (action & SECCOMP_RET_ACTION_FULL) == SECCOMP_RET_TRACE
                 ? (int)(action & SECCOMP_RET_DATA)
                 : DATA_COUNT; /* The program's own filter asked for the stop. */
  if (data == DATA_COUNT) {
    return count_and_tell(judge, task, call);
  }
  if (data == DATA_ASK && !judge->launch->watch && ask(judge, task, call)) {
    return JUDGE_LATER;
  }
  int error = data & DATA_REFUSED ? data & ~DATA_REFUSED : EPERM;
  refusals_add(judge->refusals, task->tid, call, error);
  if (data == DATA_WATCH || judge->launch->watch) {
    /* It runs; should it create a task, that one is counted. */
    return against_limits(judge, task, call);
  }
  return error; /* What nobody could be asked about too. */
}

int judge_answered(struct judge *judge, struct task *task, const struct seccomp_data *call, int error) {
  if (error == 0) {
    return count_and_tell(judge, task, call); /* It may create a task. */
  }
  refusals_add(judge->refusals, task->tid, call, error);
  return error;
}
