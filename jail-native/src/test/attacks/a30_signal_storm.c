/* A30. 10,000 real-time signals between jailed processes. Expected: every one arrives. */
#include "attack.h"

#include <time.h>

int main(void) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGRTMAX);
  sigaddset(&set, SIGRTMIN + 3);
  sigprocmask(SIG_BLOCK, &set, NULL);
  pid_t parent = getpid(), child = fork();
  if (child == 0) {
    for (int i = 0; i < 10000; i++) {
      union sigval value = {.sival_int = i};
      while (sigqueue(parent, i % 2 == 0 ? SIGRTMAX : SIGRTMIN + 3, value) != 0) {
        if (errno != EAGAIN) {
          _exit(1);
        }
        nanosleep(&(struct timespec){0, 100000}, NULL);
      }
    }
    _exit(0);
  }
  int got = 0;
  struct timespec patience = {5, 0};
  while (got < 10000 && sigtimedwait(&set, NULL, &patience) > 0) {
    got++;
  }
  waitpid(child, NULL, 0);
  printf("%d signals\n", got);
  return 0;
}
