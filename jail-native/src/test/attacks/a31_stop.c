/* A31. A group is stopped by SIGTSTP and SIGSTOP and goes on with SIGCONT. Expected: stays stopped, continues later. */
#include "attack.h"

int main(void) {
  static const int stops[] = {SIGTSTP, SIGSTOP, SIGTTIN};
  for (size_t i = 0; i < sizeof stops / sizeof *stops; i++) {
    int status = 0;
    pid_t leader = fork();
    if (leader == 0) {
      setpgid(0, 0);
      for (;;) {
        pause();
      }
    }
    setpgid(leader, leader);
    kill(-leader, stops[i]);
    waitpid(leader, &status, WUNTRACED);
    int stopped = WIFSTOPPED(status) && waitpid(leader, &status, WNOHANG | WCONTINUED) == 0;
    kill(-leader, SIGCONT);
    waitpid(leader, &status, WCONTINUED);
    outcome("stop", stopped && WIFCONTINUED(status) ? 0 : ECANCELED);
    kill(leader, SIGKILL);
    waitpid(leader, &status, 0);
  }
  return verdict("done");
}
