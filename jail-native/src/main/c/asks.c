#define _GNU_SOURCE
#include "asks.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#define WAIT_MS 1000
#define HIGHEST_ERRNO 4095

enum jail_status asks_begin(struct asks *asks, int fd) {
  *asks = (struct asks){.fd = fd, .signals = -1};
  if (fd < 0) {
    return JAIL_OK;
  }
  sigset_t child;
  sigemptyset(&child);
  sigaddset(&child, SIGCHLD);
  if (sigprocmask(SIG_BLOCK, &child, NULL) != 0) {
    return JAIL_SYSTEM;
  }
  asks->signals = signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK);
  return asks->signals < 0 ? JAIL_SYSTEM : JAIL_OK;
}

long asks_put(struct asks *asks, pid_t tid, const struct seccomp_data *call) {
  if (asks->fd < 0 || asks->count == ASKS_ROOM) {
    return 0;
  }
  asks->open[asks->count++] = (struct ask){++asks->last_id, tid, *call};
  return asks->last_id;
}

static void remove_at(struct asks *asks, size_t at) { asks->open[at] = asks->open[--asks->count]; }

static void read_answers(struct asks *asks) {
  ssize_t got = read(asks->fd, asks->text + asks->length, sizeof asks->text - asks->length);
  if (got > 0) {
    asks->length += (size_t)got;
  } else if (got == 0 || errno != EINTR) {
    close(asks->fd);
    asks->fd = -1; /* From now on every open question is refused. */
  }
}

void asks_wait(struct asks *asks) {
  struct pollfd ready[] = {{.fd = asks->signals, .events = POLLIN},
                           {.fd = asks->fd, .events = POLLIN}};
  if (asks->fd < 0 || poll(ready, 2, WAIT_MS) <= 0) {
    return;
  }
  struct signalfd_siginfo reported;
  while (ready[0].revents != 0 && read(asks->signals, &reported, sizeof reported) > 0) {
  }
  if (ready[1].revents != 0) {
    read_answers(asks);
  }
}

/* One whole line, without its end; 0 when there is none. */
static int take_line(struct asks *asks, char line[64]) {
  char *end = memchr(asks->text, '\n', asks->length);
  if (end == NULL) {
    asks->length = asks->length == sizeof asks->text ? 0 : asks->length; /* No answer is so long. */
    return 0;
  }
  size_t length = (size_t)(end - asks->text), kept = length < 63 ? length : 63;
  memcpy(line, asks->text, kept);
  line[kept] = '\0';
  asks->length -= length + 1;
  memmove(asks->text, end + 1, asks->length);
  return 1;
}

int asks_take(struct asks *asks, struct ask *ask, int *error) {
  char line[64];
  while (asks->count > 0 && take_line(asks, line)) {
    char *after_id, *rest;
    long id = strtol(line, &after_id, 10), answer = strtol(after_id, &rest, 10);
    int readable = rest != after_id && *rest == '\0' && answer >= 0 && answer <= HIGHEST_ERRNO;
    for (size_t i = 0; i < asks->count; i++) {
      if (asks->open[i].id == id) {
        *ask = asks->open[i];
        *error = readable ? (int)answer : EPERM;
        remove_at(asks, i);
        return 1;
      }
    }
  }
  if (asks->fd >= 0 || asks->count == 0) {
    return 0;
  }
  *ask = asks->open[0];
  *error = EPERM;
  remove_at(asks, 0);
  return 1;
}

void asks_drop(struct asks *asks, pid_t tid) {
  for (size_t i = 0; i < asks->count; i++) {
    if (asks->open[i].tid == tid) {
      remove_at(asks, i);
      return;
    }
  }
}
