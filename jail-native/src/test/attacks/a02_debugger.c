/* A2. A small debugger: a child asks to be traced and starts a program. Expected: EPERM, and the debugger says so. */
#include "attack.h"

#include <sys/ptrace.h>

int main(void) {
  pid_t child = fork();
  if (child == 0) {
    if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0) {
      _exit(errno);
    }
    execl("/bin/true", "true", (char *)NULL);
    _exit(99);
  }
  int status;
  waitpid(child, &status, 0);
  if (WIFSTOPPED(status)) {
    outcome("debug", 0);
    ptrace(PTRACE_CONT, child, NULL, NULL);
    waitpid(child, &status, 0);
  } else {
    outcome("debug", WEXITSTATUS(status));
  }
  return verdict("done");
}
