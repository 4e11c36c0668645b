/*
 * A19. Limits, processors, priorities of the helper and the runner. Expected: EPERM. With "threads": of a further
 * thread of the runner, which in m1 no register tells from one's own.
 */
#include "attack.h"

#include <sched.h>
#include <sys/resource.h>

struct attributes {
  uint32_t size, policy;
  uint64_t flags;
  int32_t nice;
  uint32_t priority;
  uint64_t times[3];
};

static const char *whom;

static void tried(const char *what, long result) {
  char label[48];
  int error = errno;
  snprintf(label, sizeof label, "%s %s", what, whom);
  errno = error;
  attempt(label, result);
}

static void starve(pid_t pid) {
  struct sched_param none = {0};
  struct attributes idle = {.size = sizeof idle, .policy = SCHED_IDLE};
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(0, &one);
  tried("processors", sched_setaffinity(pid, sizeof one, &one));
  tried("scheduler", sched_setscheduler(pid, SCHED_IDLE, &none));
  tried("parameters", sched_setparam(pid, &none));
  tried("attributes", syscall(SYS_sched_setattr, pid, &idle, 0));
  tried("nice", setpriority(PRIO_PROCESS, (id_t)pid, 19));
  tried("io", syscall(SYS_ioprio_set, 1, pid, 3 << 13));
}

int main(int argc, char **argv) {
  if (argc > 1 && strcmp(argv[1], "threads") == 0) {
    whom = "thread";
    pid_t thread = further_thread(target("runner"));
    if (thread > 0) {
      starve(thread);
    }
    return verdict("done");
  }
  for (const char *const *name = targets(argc, argv); *name != NULL; name++) {
    whom = *name;
    pid_t pid = target(*name), group = getpgid(pid);
    struct rlimit low = {3, 3};
    starve(pid);
    tried("files", prlimit(pid, RLIMIT_NOFILE, &low, NULL));
    tried("seconds", prlimit(pid, RLIMIT_CPU, &low, NULL));
    if (group > 0) { /* 0, of a group outside of the container, would be one's own. */
      tried("nice of the group", setpriority(PRIO_PGRP, (id_t)group, 19));
    }
  }
  return verdict("done");
}
