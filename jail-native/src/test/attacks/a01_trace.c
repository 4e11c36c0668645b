/* A1. Traces the helper, the runner, process 1 and a child of its own. Expected: EPERM, before any look at ids. */
#include "attack.h"

#include <sys/ptrace.h>

static void trace(const char *name, pid_t pid) {
  char label[40];
  snprintf(label, sizeof label, "attach %s", name);
  attempt(label, ptrace(PTRACE_ATTACH, pid, NULL, NULL));
  snprintf(label, sizeof label, "seize %s", name);
  attempt(label, ptrace(PTRACE_SEIZE, pid, NULL, NULL));
}

int main(int argc, char **argv) {
  for (const char *const *name = targets(argc, argv); *name != NULL; name++) {
    trace(*name, target(*name));
  }
  pid_t child = fork();
  if (child == 0) {
    pause();
    _exit(0);
  }
  trace("child", child);
  kill(child, SIGKILL);
  return verdict("done");
}
