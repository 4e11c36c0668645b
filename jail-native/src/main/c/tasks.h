/* The tasks of one jail by thread id, and how many of them are processes and threads. */
#ifndef PK_TASKS_H
#define PK_TASKS_H

#include <sys/types.h>

enum task_kind { TASK_NONE, TASK_PROCESS, TASK_THREAD };

struct task {
  pid_t tid;
  enum task_kind kind;     /* TASK_NONE until its creator's event, which brings its count along. */
  enum task_kind creating; /* What a call that was let through is about to create. */
  int announced;           /* Its creator's event has come. */
  int ended;               /* It ended before its creator's event; kept for that event. */
  struct task *next;
};

#define TASK_BUCKETS 1024

struct tasks {
  struct task *buckets[TASK_BUCKETS];
  long alive[3];   /* By kind, things about to be created included. */
  long highest[3]; /* The greatest number ever alive at once. */
  long reserved;   /* Tasks that are being created: they count before they exist. */
  long uncounted;  /* Tasks alive of no kind yet: their creator's reservation counts. */
};

struct task *task_find(struct tasks *tasks, pid_t tid);

/* The record of a task, made when there is none; NULL when memory is short. */
struct task *task_add(struct tasks *tasks, pid_t tid, enum task_kind kind);

/* The record of a task that stops before its creator's event; NULL when memory is short. */
struct task *task_meet(struct tasks *tasks, pid_t tid);

/* Counts what a task is about to create, so that two callers cannot pass a limit together. */
void task_reserve(struct tasks *tasks, struct task *creator, enum task_kind kind);

/* It created nothing, or what it created has its own count now. */
void task_unreserve(struct tasks *tasks, struct task *creator);

void task_give_kind(struct tasks *tasks, struct task *task, enum task_kind kind);

/* Removes the record of a task that is gone. */
void task_forget(struct tasks *tasks, struct task *task);

/*
 * More tasks without a kind than reservations: a creator was killed before its event, or its call was
 * never judged. All of them then count as processes; an event that still comes sets that right.
 */
void tasks_settle(struct tasks *tasks);

/* Kills everything that is alive. */
void tasks_kill(struct tasks *tasks);

void tasks_free(struct tasks *tasks);

#endif
