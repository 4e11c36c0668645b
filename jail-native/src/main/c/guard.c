#define _GNU_SOURCE
#include "guard.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif
#ifndef SYS_pidfd_send_signal
#define SYS_pidfd_send_signal 424
#endif

#define REFUSE (SECCOMP_RET_ERRNO | EPERM)
#define HIGHEST_CALL 0x3FFF /* Numbers above are the policy's business. */
#define IOCTL_FIOSETOWN 0x8901
#define IOCTL_SIOCSPGRP 0x8902
#define FCNTL_SETSIG 10
#define FCNTL_SETOWN 8
#define FCNTL_SETOWN_EX 15
#define SIGNAL_IO 29
#define IOPRIO_USER 3
#define LONGEST_RULE 13

struct rules {
  int64_t *values;
  size_t length;
};

/* One rule that refuses when argument "index" passes the test; low words only, as pids are ints. */
static void refuse(struct rules *r, int64_t nr, int64_t index, int64_t operation, int64_t value) {
  int64_t rule[] = {nr, REFUSE, 1, index, 32, operation, value, 0};
  for (size_t i = 0; i < sizeof rule / sizeof *rule; i++) {
    r->values[r->length++] = rule[i];
  }
  r->values[2]++;
}

static void refuse_two(struct rules *r, int64_t nr, const int64_t first[3], const int64_t second[3]) {
  int64_t rule[] = {nr,        REFUSE,    2,         first[0],  32,        first[1], first[2],
                    0,         second[0], 32,        second[1], second[2], 0};
  for (size_t i = 0; i < sizeof rule / sizeof *rule; i++) {
    r->values[r->length++] = rule[i];
  }
  r->values[2]++;
}

static void refuse_all(struct rules *r, int64_t nr) {
  int64_t rule[] = {nr, REFUSE, 0};
  for (size_t i = 0; i < sizeof rule / sizeof *rule; i++) {
    r->values[r->length++] = rule[i];
  }
  r->values[2]++;
}

static void refuse_processes(struct rules *r, int64_t nr, int64_t index, const pid_t *processes,
                             size_t count) {
  for (size_t i = 0; i < count; i++) {
    refuse(r, nr, index, FILTER_EQ, processes[i]);
  }
}

static void signals(struct rules *r, const pid_t *processes, size_t count) {
  refuse(r, SYS_kill, 0, FILTER_EQ, -1);
  refuse(r, SYS_kill, 0, FILTER_EQ, 1);
  refuse_processes(r, SYS_kill, 0, processes, count);
  for (size_t i = 0; i < count; i++) {
    pid_t group = getpgid(processes[i]);
    refuse(r, SYS_kill, 0, FILTER_EQ, -(int64_t)(group > 0 ? group : processes[i]));
  }
  refuse_processes(r, SYS_tkill, 0, processes, count);
  refuse_processes(r, SYS_tgkill, 0, processes, count);
  refuse_processes(r, SYS_tgkill, 1, processes, count);
  refuse_processes(r, SYS_rt_sigqueueinfo, 0, processes, count);
  refuse_processes(r, SYS_rt_tgsigqueueinfo, 0, processes, count);
  refuse_processes(r, SYS_rt_tgsigqueueinfo, 1, processes, count);
  refuse_processes(r, SYS_pidfd_open, 0, processes, count);
  refuse_all(r, SYS_pidfd_send_signal);
  /* A descriptor that signals its owner. */
  refuse(r, SYS_fcntl, 1, FILTER_EQ, FCNTL_SETOWN);
  refuse(r, SYS_fcntl, 1, FILTER_EQ, FCNTL_SETOWN_EX);
  refuse_two(r, SYS_fcntl, (int64_t[]){1, FILTER_EQ, FCNTL_SETSIG},
             (int64_t[]){2, FILTER_GT, SIGNAL_IO});
  refuse_two(r, SYS_fcntl, (int64_t[]){1, FILTER_EQ, FCNTL_SETSIG},
             (int64_t[]){2, FILTER_LT, SIGNAL_IO});
  refuse(r, SYS_ioctl, 1, FILTER_EQ, IOCTL_FIOSETOWN);
  refuse(r, SYS_ioctl, 1, FILTER_EQ, IOCTL_SIOCSPGRP);
}

static void starvation(struct rules *r, const pid_t *processes, size_t count) {
  refuse(r, SYS_prlimit64, 0, FILTER_NE, 0);
  refuse_processes(r, SYS_sched_setaffinity, 0, processes, count);
  refuse_processes(r, SYS_sched_setscheduler, 0, processes, count);
  refuse_processes(r, SYS_sched_setparam, 0, processes, count);
  refuse_processes(r, SYS_sched_setattr, 0, processes, count);
  refuse(r, SYS_setpriority, 0, FILTER_EQ, PRIO_USER);
  refuse_processes(r, SYS_setpriority, 1, processes, count);
  refuse(r, SYS_ioprio_set, 0, FILTER_EQ, IOPRIO_USER);
  refuse_processes(r, SYS_ioprio_set, 1, processes, count);
}

enum jail_status guard_compile(const pid_t *processes, size_t count, struct filter_program *program) {
  size_t most = 3 + LONGEST_RULE * (16 + 14 * count);
  struct rules rules = {calloc(most, sizeof *rules.values), 3};
  if (rules.values == NULL) {
    return JAIL_NO_MEMORY;
  }
  rules.values[0] = SECCOMP_RET_ALLOW;
  rules.values[1] = HIGHEST_CALL;
  signals(&rules, processes, count);
  starvation(&rules, processes, count);
  enum jail_status status = filter_compile(FILTER_ARCH_NATIVE, rules.values, rules.length, program);
  free(rules.values);
  return status;
}
