#define _GNU_SOURCE
#include "trace_loop.h"

#include <errno.h>
#include <linux/ptrace.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "asks.h"
#include "bpf_run.h"
#include "refusals.h"
#include "skip_call.h"
#include "tasks.h"

/* The C library's own <sys/ptrace.h> and the kernel's header exclude each other. */
extern long ptrace(int request, ...);

#define OPTIONS                                                                             \
  (PTRACE_O_TRACESECCOMP | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE | \
   PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL)
/* Data of RET_TRACE in the policy's own program; RuleCompiler in Java writes them. */
#define DATA_COUNT 1
#define DATA_ASK 3
#define DATA_WATCH 9
#define DATA_REFUSED 0x1000
#define SWEEP_SECONDS 10
#define LATER (-1)

struct trace {
  const struct launch *launch;
  struct events *events;
  pid_t child;
  struct tasks tasks;
  struct refusals refusals;
  struct asks *asks;
  long execs;
  long creations; /* Processes and threads that were let through. */
  long reserved;  /* Tasks that are being created: they count before they exist. */
  long uncounted; /* Tasks alive of no kind yet: their creator's reservation counts. */
  int sweeping; /* The first child has ended: everything that shows up is killed. */
  struct trace_result *result;
};

struct trace *trace_new(const struct launch *launch, struct events *events, struct asks *asks) {
  struct trace *trace = calloc(1, sizeof *trace);
  if (trace != NULL) {
    trace->launch = launch;
    trace->events = events;
    trace->asks = asks;
    refusals_begin(&trace->refusals, launch, events);
  }
  return trace;
}

enum jail_status trace_seize(struct trace *trace, pid_t child) {
  trace->child = child;
  struct task *task = task_add(&trace->tasks, child, TASK_PROCESS);
  if (task == NULL) {
    return JAIL_NO_MEMORY;
  }
  task->announced = 1;
  return ptrace(PTRACE_SEIZE, child, 0L, (long)OPTIONS) == 0 ? JAIL_OK : JAIL_SYSTEM;
}

/* A request that fails meets a task that was just killed: its exit report follows. */
static void go_on(pid_t tid, int sig) { ptrace(PTRACE_CONT, tid, 0L, (long)sig); }

static unsigned long event_message(pid_t tid) {
  unsigned long message = 0;
  return ptrace(PTRACE_GETEVENTMSG, tid, 0L, &message) == 0 ? message : 0;
}

static void reserve(struct trace *trace, struct task *creator, enum task_kind kind) {
  creator->creating = kind;
  trace->reserved++;
  task_count(&trace->tasks, TASK_NONE, kind);
}

static void unreserve(struct trace *trace, struct task *creator) {
  if (creator->creating != TASK_NONE) {
    task_count(&trace->tasks, creator->creating, TASK_NONE);
    trace->reserved--;
    creator->creating = TASK_NONE;
  }
}

static void give_kind(struct trace *trace, struct task *task, enum task_kind kind) {
  trace->uncounted -= task->kind == TASK_NONE;
  task_count(&trace->tasks, task->kind, kind);
  task->kind = kind;
}

static void forget(struct trace *trace, struct task *task) {
  unreserve(trace, task);
  trace->uncounted -= task->kind == TASK_NONE && !task->ended;
  task_remove(&trace->tasks, task);
}

/* A task that stops before its creator's event. */
static struct task *meet(struct trace *trace, pid_t tid) {
  struct task *task = task_find(&trace->tasks, tid);
  if (task == NULL) {
    task = task_add(&trace->tasks, tid, TASK_NONE);
  }
  if (task != NULL) {
    task->ended = 0; /* Else a new task with the number of one whose creator was killed. */
    trace->uncounted++;
  }
  return task;
}

/*
 * More tasks without a kind than reservations: a creator was killed before its event, or its call was
 * never judged. All of them then count as processes; an event that still comes sets that right.
 */
static void settle(struct trace *trace) {
  for (int i = 0; i < TASK_BUCKETS && trace->uncounted > trace->reserved; i++) {
    for (struct task *task = trace->tasks.buckets[i]; task != NULL; task = task->next) {
      if (task->kind == TASK_NONE && !task->ended) {
        give_kind(trace, task, TASK_PROCESS);
      }
    }
  }
}

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
static int judge_counted(struct trace *trace, struct task *task, const struct seccomp_data *call) {
  const struct launch *launch = trace->launch;
  enum task_kind kind = created_by(call);
  if (is_exec(call->nr)) {
    return trace->result->started && above(launch->max_execs, trace->execs) && !launch->watch ? EPERM
                                                                                              : 0;
  }
  if (kind == TASK_NONE) {
    return 0;
  }
  if (call->nr == SYS_clone && (call->args[0] & (CLONE_UNTRACED | CLONE_PTRACE)) != 0) {
    return EPERM; /* Whatever the policy says: the child would leave the jail. */
  }
  long limit = kind == TASK_PROCESS ? launch->max_processes : launch->max_threads;
  if ((above(limit, trace->tasks.alive[kind]) || above(launch->max_creations, trace->creations)) &&
      !launch->watch) {
    return EAGAIN;
  }
  trace->creations++;
  reserve(trace, task, kind); /* Or two callers could pass the limit together. */
  return 0;
}

/* Counted calls: 0, or the errno of what is above a limit or would leave the jail. */
static int judge_and_report(struct trace *trace, struct task *task, const struct seccomp_data *call) {
  int error = judge_counted(trace, task, call);
  if (error != 0) {
    refusals_add(&trace->refusals, task->tid, call, error);
  }
  return error;
}

/* Asks outside; 0 when nobody can be asked. */
static int ask(struct trace *trace, struct task *task, const struct seccomp_data *call) {
  long id = asks_put(trace->asks, task->tid, call);
  if (id != 0 && !refusals_ask(&trace->refusals, id, task->tid, call)) {
    asks_drop(trace->asks, task->tid);
    return 0;
  }
  return id != 0;
}

/* The errno for a stopped call, 0 to let it through, LATER when it stays stopped for an answer. */
static int judge(struct trace *trace, struct task *task, const struct seccomp_data *call) {
  const struct filter_program *filter = &trace->launch->filter;
  uint32_t action = SECCOMP_RET_ALLOW;
  if (filter->code != NULL && bpf_run(filter->code, filter->length, call, &action) != JAIL_OK) {
    return EPERM;
  }
  int data = (action & SECCOMP_RET_ACTION_FULL) == SECCOMP_RET_TRACE
                 ? (int)(action & SECCOMP_RET_DATA)
                 : DATA_COUNT; /* The program's own filter asked for the stop. */
  if (data == DATA_COUNT) {
    return judge_and_report(trace, task, call);
  }
  if (data == DATA_ASK && !trace->launch->watch && ask(trace, task, call)) {
    return LATER;
  }
  int error = data & DATA_REFUSED ? data & ~DATA_REFUSED : EPERM;
  refusals_add(&trace->refusals, task->tid, call, error);
  if (data == DATA_WATCH || trace->launch->watch) {
    /* It runs; should it create a task, that one is counted. */
    return judge_counted(trace, task, call);
  }
  return error; /* What nobody could be asked about too. */
}

static void end_stop(pid_t tid, int error) {
  if (error != 0) {
    skip_call(tid, -(long)error);
  }
  go_on(tid, 0);
}

static void on_seccomp(struct trace *trace, struct task *task) {
  struct ptrace_syscall_info info;
  long size = ptrace(PTRACE_GET_SYSCALL_INFO, task->tid, (long)sizeof info, &info);
  if (size <= 0 || info.op != PTRACE_SYSCALL_INFO_SECCOMP) {
    if (size <= 0 && errno == ESRCH) {
      return;
    }
    skip_call(task->tid, -EPERM); /* What cannot be judged does not happen. */
    go_on(task->tid, 0);
    return;
  }
  struct seccomp_data call = {.nr = (int)info.seccomp.nr,
                              .arch = info.arch,
                              .instruction_pointer = info.instruction_pointer};
  memcpy(call.args, info.seccomp.args, sizeof call.args);
  int error = judge(trace, task, &call);
  if (error != LATER) {
    end_stop(task->tid, error);
  }
}

static void on_answer(struct trace *trace, const struct ask *asked, int error) {
  struct task *task = task_find(&trace->tasks, asked->tid);
  if (task == NULL || trace->sweeping) {
    return;
  }
  if (error == 0) {
    error = judge_and_report(trace, task, &asked->call); /* It may create a task. */
  } else {
    refusals_add(&trace->refusals, asked->tid, &asked->call, error);
  }
  end_stop(asked->tid, error);
}

static void on_created(struct trace *trace, struct task *creator, int event) {
  pid_t tid = (pid_t)event_message(creator->tid);
  enum task_kind kind = creator->creating;
  if (kind == TASK_NONE) {
    kind = event == PTRACE_EVENT_CLONE ? TASK_THREAD : TASK_PROCESS; /* Its creation was not judged. */
  }
  unreserve(trace, creator);
  struct task *task = tid > 0 ? task_find(&trace->tasks, tid) : NULL;
  if (task != NULL && task->ended) {
    forget(trace, task);
  } else if (task != NULL) {
    give_kind(trace, task, kind);
    task->announced = 1;
  } else if (tid > 0 && (task = task_add(&trace->tasks, tid, kind)) != NULL) {
    task->announced = 1;
  }
  go_on(creator->tid, 0);
}

static void on_exec(struct trace *trace, struct task *task) {
  pid_t former = (pid_t)event_message(task->tid);
  struct task *caller = former != task->tid ? task_find(&trace->tasks, former) : NULL;
  if (caller != NULL) {
    /* The calling thread took over the process's id; its own will never be reported again. */
    asks_drop(trace->asks, former);
    forget(trace, caller);
  }
  if (task->tid == trace->child && !trace->result->started) {
    trace->result->started = 1;
    events_begin(trace->events, "started");
    events_number(trace->events, "pid", task->tid);
    events_send(trace->events, 0);
  } else {
    trace->execs++;
  }
  go_on(task->tid, 0);
}

/* A stop that PTRACE_SEIZE brings: of a group, of a new task, or the end of a group stop. */
static void on_event_stop(pid_t tid, int sig) {
  if (sig == SIGSTOP || sig == SIGTSTP || sig == SIGTTIN || sig == SIGTTOU) {
    ptrace(PTRACE_LISTEN, tid, 0L, 0L);
  } else {
    go_on(tid, 0);
  }
}

static void on_stopped(struct trace *trace, pid_t tid, int status) {
  struct task *task = task_find(&trace->tasks, tid);
  if (task == NULL || task->ended) {
    task = meet(trace, tid);
  }
  if (task == NULL || trace->sweeping) {
    kill(tid, SIGKILL); /* A task that cannot be counted may not run. */
    return;
  }
  int event = status >> 16;
  int creation =
      event == PTRACE_EVENT_FORK || event == PTRACE_EVENT_VFORK || event == PTRACE_EVENT_CLONE;
  if (!creation) {
    unreserve(trace, task); /* The kernel refused the creation, or it was interrupted. */
  }
  if (creation) {
    on_created(trace, task, event);
  } else if (event == PTRACE_EVENT_SECCOMP) {
    on_seccomp(trace, task);
  } else if (event == PTRACE_EVENT_EXEC) {
    on_exec(trace, task);
  } else if (event == PTRACE_EVENT_STOP) {
    on_event_stop(tid, WSTOPSIG(status));
  } else {
    go_on(tid, WSTOPSIG(status));
  }
}

static void on_ended(struct trace *trace, pid_t tid, int status) {
  asks_drop(trace->asks, tid);
  struct task *task = task_find(&trace->tasks, tid);
  if (task != NULL && !task->ended) {
    if (task->announced || trace->sweeping) {
      forget(trace, task);
    } else {
      unreserve(trace, task);
      give_kind(trace, task, TASK_NONE); /* Kept for its creator's event. */
      task->ended = 1;
    }
  }
  if (tid == trace->child) {
    trace->result->status = status;
  }
}

/* One report or answer; 0 when there are no more children. */
static int next_report(struct trace *trace, int *ended) {
  int status, error;
  struct ask asked;
  if (asks_take(trace->asks, &asked, &error)) {
    on_answer(trace, &asked, error);
    return 1;
  }
  int open = trace->asks->count > 0;
  /* With usage (wait4) every stop would cost more. */
  pid_t tid = waitpid(-1, &status, __WALL | __WNOTHREAD | (open ? WNOHANG : 0));
  if (tid == 0) {
    asks_wait(trace->asks);
    return 1;
  }
  if (tid < 0) {
    return errno == EINTR;
  }
  if (WIFSTOPPED(status)) {
    on_stopped(trace, tid, status);
  } else {
    on_ended(trace, tid, status);
    *ended = tid;
  }
  settle(trace);
  return 1;
}

/* Children that are not traced can only be there if tracing failed them; they are ours to end too. */
static void kill_children(void) {
  char path[64];
  snprintf(path, sizeof path, "/proc/self/task/%d/children", getpid());
  FILE *children = fopen(path, "re");
  int pid;
  while (children != NULL && fscanf(children, "%d", &pid) == 1) {
    kill(pid, SIGKILL);
  }
  if (children != NULL) {
    fclose(children);
  }
}

static void interrupt_wait(int sig) { (void)sig; }

/* From here on signals to the helper mean nothing: the child that they were for is gone, and its
   number may soon be another's. */
static void begin_sweep(void) {
  static const int forwarded[] = {SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGWINCH};
  for (size_t i = 0; i < sizeof forwarded / sizeof *forwarded; i++) {
    signal(forwarded[i], SIG_IGN);
  }
  struct sigaction interrupt = {.sa_handler = interrupt_wait};
  sigaction(SIGALRM, &interrupt, NULL);
  struct itimerval timer = {.it_interval = {.tv_sec = 1}, .it_value = {.tv_sec = 1}};
  setitimer(ITIMER_REAL, &timer, NULL);
}

/* New tasks that show up are killed at their first stop; the rounds are for what is not traced. A task
   in an uninterruptible call cannot be waited for: EXITKILL has it when we are gone. */
static void sweep(struct trace *trace) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  time_t start = now.tv_sec, killed = now.tv_sec - 1;
  int ended;
  begin_sweep();
  do {
    clock_gettime(CLOCK_MONOTONIC, &now);
    if (now.tv_sec != killed) {
      killed = now.tv_sec;
      tasks_kill(&trace->tasks);
      kill_children();
    }
  } while (now.tv_sec - start < SWEEP_SECONDS && next_report(trace, &ended));
}

enum jail_status trace_run(struct trace *trace, struct trace_result *result) {
  trace->result = result;
  *result = (struct trace_result){0};
  int ended = 0;
  while (ended != trace->child) {
    if (!next_report(trace, &ended)) {
      return JAIL_SYSTEM; /* ECHILD before the first child's end: somebody else waited for it. */
    }
  }
  trace->sweeping = 1;
  sweep(trace);
  refusals_tell_uses(&trace->refusals);
  getrusage(RUSAGE_CHILDREN, &result->usage);
  return JAIL_OK;
}

void trace_summary(const struct trace *trace, struct events *events) {
  events_number(events, "max_processes", trace->tasks.highest[TASK_PROCESS]);
  events_number(events, "max_threads", trace->tasks.highest[TASK_THREAD]);
  events_number(events, "execs", trace->execs);
  events_number(events, "creations", trace->creations);
  refusals_summary(&trace->refusals, events);
}

void trace_free(struct trace *trace) {
  for (int i = 0; i < TASK_BUCKETS; i++) {
    while (trace->tasks.buckets[i] != NULL) {
      task_remove(&trace->tasks, trace->tasks.buckets[i]);
    }
  }
  free(trace);
}
