#include "tasks.h"

#include <signal.h>
#include <stdlib.h>

static struct task **bucket_of(struct tasks *tasks, pid_t tid) {
  return &tasks->buckets[(unsigned)tid % TASK_BUCKETS];
}

/* Moves one count from one kind to another; TASK_NONE is "nothing" and counts nothing itself. */
static void count(struct tasks *tasks, enum task_kind from, enum task_kind to) {
  tasks->alive[from]--;
  tasks->alive[to]++;
  if (tasks->alive[to] > tasks->highest[to]) {
    tasks->highest[to] = tasks->alive[to];
  }
}

struct task *task_find(struct tasks *tasks, pid_t tid) {
  struct task *task = *bucket_of(tasks, tid);
  while (task != NULL && task->tid != tid) {
    task = task->next;
  }
  return task;
}

struct task *task_add(struct tasks *tasks, pid_t tid, enum task_kind kind) {
  struct task *task = calloc(1, sizeof *task);
  if (task != NULL) {
    struct task **bucket = bucket_of(tasks, tid);
    *task = (struct task){.tid = tid, .kind = kind, .next = *bucket};
    *bucket = task;
    count(tasks, TASK_NONE, kind);
  }
  return task;
}

static void remove_record(struct tasks *tasks, struct task *task) {
  struct task **link = bucket_of(tasks, task->tid);
  while (*link != task) {
    link = &(*link)->next;
  }
  *link = task->next;
  count(tasks, task->kind, TASK_NONE);
  count(tasks, task->creating, TASK_NONE);
  free(task);
}

void task_reserve(struct tasks *tasks, struct task *creator, enum task_kind kind) {
  creator->creating = kind;
  tasks->reserved++;
  count(tasks, TASK_NONE, kind);
}

void task_unreserve(struct tasks *tasks, struct task *creator) {
  if (creator->creating != TASK_NONE) {
    count(tasks, creator->creating, TASK_NONE);
    tasks->reserved--;
    creator->creating = TASK_NONE;
  }
}

void task_give_kind(struct tasks *tasks, struct task *task, enum task_kind kind) {
  tasks->uncounted -= task->kind == TASK_NONE;
  count(tasks, task->kind, kind);
  task->kind = kind;
}

void task_forget(struct tasks *tasks, struct task *task) {
  task_unreserve(tasks, task);
  tasks->uncounted -= task->kind == TASK_NONE && !task->ended;
  remove_record(tasks, task);
}

struct task *task_meet(struct tasks *tasks, pid_t tid) {
  struct task *task = task_find(tasks, tid);
  if (task == NULL) {
    task = task_add(tasks, tid, TASK_NONE);
  }
  if (task != NULL) {
    task->ended = 0; /* Else a new task with the number of one whose creator was killed. */
    tasks->uncounted++;
  }
  return task;
}

void tasks_settle(struct tasks *tasks) {
  for (int i = 0; i < TASK_BUCKETS && tasks->uncounted > tasks->reserved; i++) {
    for (struct task *task = tasks->buckets[i]; task != NULL; task = task->next) {
      if (task->kind == TASK_NONE && !task->ended) {
        task_give_kind(tasks, task, TASK_PROCESS);
      }
    }
  }
}

void tasks_kill(struct tasks *tasks) {
  for (int i = 0; i < TASK_BUCKETS; i++) {
    for (struct task *task = tasks->buckets[i]; task != NULL; task = task->next) {
      if (!task->ended && task->kind != TASK_THREAD) {
        kill(task->tid, SIGKILL);
      }
    }
  }
}

void tasks_free(struct tasks *tasks) {
  for (int i = 0; i < TASK_BUCKETS; i++) {
    while (tasks->buckets[i] != NULL) {
      remove_record(tasks, tasks->buckets[i]);
    }
  }
}
