#include "tasks.h"

#include <signal.h>
#include <stdlib.h>

static struct task **bucket_of(struct tasks *tasks, pid_t tid) {
  return &tasks->buckets[(unsigned)tid % TASK_BUCKETS];
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
    task_count(tasks, TASK_NONE, kind);
  }
  return task;
}

void task_remove(struct tasks *tasks, struct task *task) {
  struct task **link = bucket_of(tasks, task->tid);
  while (*link != task) {
    link = &(*link)->next;
  }
  *link = task->next;
  task_count(tasks, task->kind, TASK_NONE);
  task_count(tasks, task->creating, TASK_NONE);
  free(task);
}

void task_count(struct tasks *tasks, enum task_kind from, enum task_kind to) {
  tasks->alive[from]--;
  tasks->alive[to]++;
  if (tasks->alive[to] > tasks->highest[to]) {
    tasks->highest[to] = tasks->alive[to];
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
