#define _GNU_SOURCE
#include "refusals.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "syscall_names.h"

#define ARGUMENTS_TOLD 3
#define ARGUMENTS_ASKED 6

void refusals_begin(struct refusals *refusals, const struct launch *launch, struct events *events) {
  *refusals = (struct refusals){.launch = launch, .events = events};
}

static const char *name_of(int nr, char *buffer, size_t size) {
  if (nr >= 0 && (size_t)nr < sizeof syscall_names / sizeof *syscall_names &&
      syscall_names[nr] != NULL) {
    return syscall_names[nr];
  }
  snprintf(buffer, size, "call_%d", nr);
  return buffer;
}

static void program_of(pid_t tid, char *name, size_t size) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/comm", tid);
  FILE *comm = fopen(path, "re");
  size_t length = comm == NULL ? 0 : fread(name, 1, size - 1, comm);
  if (comm != NULL) {
    fclose(comm);
  }
  name[length] = '\0';
  name[strcspn(name, "\n")] = '\0';
}

/* 1, 10, 100 ...; the count is never 0. */
static int power_of_ten(unsigned long count) {
  while (count % 10 == 0) {
    count /= 10;
  }
  return count == 1;
}

/* The record of a program's use of a call; NULL when there is no room for a new one. */
static struct refusals_use *use_of(struct refusals *refusals, const char *program, int nr) {
  unsigned hash = 2166136261U ^ (unsigned)nr;
  for (const char *c = program; *c != '\0'; c++) {
    hash = (hash ^ (unsigned char)*c) * 16777619U;
  }
  for (unsigned i = 0; i < REFUSALS_USES; i++) {
    struct refusals_use *use = &refusals->uses[(hash + i) % REFUSALS_USES];
    if (use->count == 0) {
      snprintf(use->program, sizeof use->program, "%s", program);
      use->nr = nr;
      return use;
    }
    if (use->nr == nr && strcmp(use->program, program) == 0) {
      return use;
    }
  }
  return NULL;
}

static void say(const struct refusals *refusals, const char *call, int error) {
  char sentence[300];
  struct pollfd ready = {.fd = 2, .events = POLLOUT};
  /* EAGAIN is a limit, not a rule. */
  const char *format = error == EAGAIN ? "jail: %s(2) is above a limit of policy '%.100s'\n"
                                       : "jail: %s(2) is not allowed by policy '%.100s'\n";
  int length = snprintf(sentence, sizeof sentence, format, call, refusals->launch->policy);
  if (poll(&ready, 1, 0) == 1 && write(2, sentence, (size_t)length) < 0) {
    return; /* Nobody reads the user's errors: then nobody misses this one. */
  }
}

static void describe(struct events *events, const char *name, pid_t tid, const char *program,
                     const struct seccomp_data *call, int arguments) {
  events_text(events, "call", name);
  events_number(events, "nr", call->nr);
  events_number(events, "pid", tid);
  events_text(events, "program", program);
  events_raw(events, ",\"args\":[");
  for (int i = 0; i < arguments; i++) {
    events_raw(events, "%s\"0x%" PRIx64 "\"", i == 0 ? "" : ",", (uint64_t)call->args[i]);
  }
  events_raw(events, "]");
}

int refusals_ask(struct refusals *refusals, long id, pid_t tid, const struct seccomp_data *call) {
  char program[16], buffer[32];
  struct events *events = refusals->events;
  unsigned long dropped = events->dropped;
  program_of(tid, program, sizeof program);
  events_begin(events, "ask");
  events_number(events, "id", id);
  describe(events, name_of(call->nr, buffer, sizeof buffer), tid, program, call, ARGUMENTS_ASKED);
  events_send(events, 0);
  return events->fd >= 0 && events->dropped == dropped;
}

void refusals_add(struct refusals *refusals, pid_t tid, const struct seccomp_data *call, int error) {
  int place = call->nr >= 0 && call->nr < REFUSALS_CALLS ? call->nr : REFUSALS_CALLS - 1;
  unsigned long count = ++refusals->counts[place];
  int watch = refusals->launch->watch;
  if (!watch && !power_of_ten(count)) {
    return;
  }
  char program[16], buffer[32];
  program_of(tid, program, sizeof program);
  struct refusals_use *use = watch ? use_of(refusals, program, call->nr) : NULL;
  if (watch && (use == NULL || use->count++ > 0)) {
    return;
  }
  const char *name = name_of(call->nr, buffer, sizeof buffer);
  struct events *events = refusals->events;
  events_begin(events, watch ? "watched" : "refused");
  events_number(events, "errno", error);
  events_number(events, "count", (long long)count);
  describe(events, name, tid, program, call, ARGUMENTS_TOLD);
  events_send(events, 0);
  if (refusals->launch->messages && !watch && count == 1) {
    say(refusals, name, error);
  }
}

void refusals_tell_uses(struct refusals *refusals) {
  char buffer[32];
  for (size_t i = 0; i < REFUSALS_USES; i++) {
    const struct refusals_use *use = &refusals->uses[i];
    if (use->count > 0) {
      events_begin(refusals->events, "use");
      events_text(refusals->events, "program", use->program);
      events_text(refusals->events, "call", name_of(use->nr, buffer, sizeof buffer));
      events_number(refusals->events, "count", (long long)use->count);
      events_send(refusals->events, 1);
    }
  }
}

void refusals_summary(const struct refusals *refusals, struct events *events) {
  char buffer[32];
  const char *comma = "";
  events_raw(events, ",\"refused\":{");
  for (int nr = 0; nr < REFUSALS_CALLS; nr++) {
    if (refusals->counts[nr] > 0) {
      events_raw(events, "%s\"%s\":%lu", comma, name_of(nr, buffer, sizeof buffer),
                 refusals->counts[nr]);
      comma = ",";
    }
  }
  events_raw(events, "}");
}
