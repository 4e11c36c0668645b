/* A15. kill(-1, 9). Expected in m2: the user's own processes die, nobody else's; in m1: EPERM. */
#include "attack.h"

int main(void) {
  int status = 0;
  pid_t child = fork();
  if (child == 0) {
    for (;;) {
      pause();
    }
  }
  long result = kill(-1, SIGKILL);
  attempt("kill", result);
  if (result == 0) {
    waitpid(child, &status, 0);
    if (!WIFSIGNALED(status)) {
      printf("not even the child died; ");
    }
  }
  return verdict("done");
}
