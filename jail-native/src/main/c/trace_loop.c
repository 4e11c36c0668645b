#define _GNU_SOURCE
#include "trace_loop.h"

#include <errno.h>
#include <linux/ptrace.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "asks.h"
#include "judge.h"
#include "refusals.h"
#include "signals.h"
#include "skip_call.h"
#include "tasks.h"

/* The C library's own <sys/ptrace.h> and the kernel's header exclude each other. */
extern long ptrace(int request, ...);

#define OPTIONS                                                                             \
  (PTRACE_O_TRACESECCOMP | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE | \
   PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL)
#define SWEEP_SECONDS 10

struct trace {
  const struct launch *launch;
  struct events *events;
  pid_t child;
  struct tasks tasks;
  struct refusals refusals;
  struct asks *asks;
  struct judge judge;
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
    trace->judge = (struct judge){launch, &trace->tasks, &trace->refusals, asks, 0, 0, 0};
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
  int error = judge_stopped(&trace->judge, task, &call);
  if (error != JUDGE_LATER) {
    end_stop(task->tid, error);
  }
}

static void on_answer(struct trace *trace, const struct ask *asked, int error) {
  struct task *task = task_find(&trace->tasks, asked->tid);
  if (task == NULL || trace->sweeping) {
    return;
  }
  end_stop(asked->tid, judge_answered(&trace->judge, task, &asked->call, error));
}

static void on_created(struct trace *trace, struct task *creator, int event) {
  pid_t tid = (pid_t)event_message(creator->tid);
  enum task_kind kind = creator->creating;
  if (kind == TASK_NONE) {
    kind = event == PTRACE_EVENT_CLONE ? TASK_THREAD : TASK_PROCESS; /* Its creation was not judged. */
  }
  task_unreserve(&trace->tasks, creator);
  struct task *task = tid > 0 ? task_find(&trace->tasks, tid) : NULL;
  if (task != NULL && task->ended) {
    task_forget(&trace->tasks, task);
  } else if (task != NULL) {
    task_give_kind(&trace->tasks, task, kind);
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
    task_forget(&trace->tasks, caller);
  }
  if (task->tid == trace->child && !trace->judge.started) {
    trace->judge.started = 1;
    events_begin(trace->events, "started");
    events_number(trace->events, "pid", task->tid);
    events_send(trace->events, 0);
  } else {
    trace->judge.execs++;
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
    task = task_meet(&trace->tasks, tid);
  }
  if (task == NULL || trace->sweeping) {
    kill(tid, SIGKILL); /* A task that cannot be counted may not run. */
    return;
  }
  int event = status >> 16;
  int creation =
      event == PTRACE_EVENT_FORK || event == PTRACE_EVENT_VFORK || event == PTRACE_EVENT_CLONE;
  if (!creation) {
    task_unreserve(&trace->tasks, task); /* The kernel refused the creation, or it was interrupted. */
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
      task_forget(&trace->tasks, task);
    } else {
      task_unreserve(&trace->tasks, task);
      task_give_kind(&trace->tasks, task, TASK_NONE); /* Kept for its creator's event. */
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
  tasks_settle(&trace->tasks);
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

/* The rounds of the sweep need a wait that ends. */
static void begin_sweep(void) {
  signals_ignore();
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
  result->started = trace->judge.started;
  getrusage(RUSAGE_CHILDREN, &result->usage);
  return JAIL_OK;
}

void trace_summary(const struct trace *trace, struct events *events) {
  events_number(events, "max_processes", trace->tasks.highest[TASK_PROCESS]);
  events_number(events, "max_threads", trace->tasks.highest[TASK_THREAD]);
  events_number(events, "execs", trace->judge.execs);
  events_number(events, "creations", trace->judge.creations);
  refusals_summary(&trace->refusals, events);
}

void trace_free(struct trace *trace) {
  tasks_free(&trace->tasks);
  free(trace);
}
