/*
 * Calls that somebody outside decides: the caller stays stopped, an event {"event":"ask","id":N,...}
 * goes out, and a line "N ERRNO" comes back on the answers' descriptor, 0 for yes. All others go on
 * meanwhile. There is no time limit here: who answers has one. When the descriptor ends, or nobody was
 * ever there to ask, the answer is EPERM.
 *
 * Only registers may be judged: what they point to can be changed by another thread until it is used.
 */
#ifndef PK_ASKS_H
#define PK_ASKS_H

#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/types.h>

#include "jail_status.h"

#define ASKS_ROOM 256

struct ask {
  long id;
  pid_t tid;
  struct seccomp_data call;
};

struct asks {
  int fd;      /* Answers; -1: nobody answers. */
  int signals; /* Readable when a child has something to report. */
  long last_id;
  size_t count;
  struct ask open[ASKS_ROOM];
  char text[4096]; /* What was read and is no whole line yet. */
  size_t length;
};

/* Begins; fd may be -1. Blocks SIGCHLD on this thread for ever when it is not. */
enum jail_status asks_begin(struct asks *asks, int fd);

/* Notes a question and gives its id; 0 when it cannot be asked. */
long asks_put(struct asks *asks, pid_t tid, const struct seccomp_data *call);

/* Waits, while there are questions, until an answer or a child's report is there. */
void asks_wait(struct asks *asks);

/* Takes one answered question: 1 with the question and its errno, or 0 when there is none yet. */
int asks_take(struct asks *asks, struct ask *ask, int *error);

/* Forgets what a task that has ended was asking. */
void asks_drop(struct asks *asks, pid_t tid);

#endif
