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
};

struct task *task_find(struct tasks *tasks, pid_t tid);

/* The record of a task, made when there is none; NULL when memory is short. */
struct task *task_add(struct tasks *tasks, pid_t tid, enum task_kind kind);

void task_remove(struct tasks *tasks, struct task *task);

/* Moves one count from one kind to another; TASK_NONE is "nothing" and counts nothing itself. */
void task_count(struct tasks *tasks, enum task_kind from, enum task_kind to);

/* Kills everything that is alive. */
void tasks_kill(struct tasks *tasks);

#endif
