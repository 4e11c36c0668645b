/* A28. Not dumpable, so that /proc says nothing about it; then it forks, kills and starts programs. Expected: as ever. */
#include "attack.h"

int main(void) {
  int status = 0;
  prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
  pid_t child = fork();
  if (child == 0) {
    pause();
    _exit(0);
  }
  attempt("kill", kill(child, SIGKILL));
  waitpid(child, &status, 0);
  child = fork();
  if (child == 0) {
    execl("/bin/true", "true", (char *)NULL);
    _exit(1);
  }
  waitpid(child, &status, 0);
  outcome("exec", WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : ECHILD);
  return verdict("harmless");
}
