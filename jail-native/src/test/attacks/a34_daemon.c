/* A34. A daemon of a session of its own that ignores every signal outlives its parent. Expected: it is gone with the jail. */
#include "attack.h"

int main(void) {
  int ready[2];
  char byte = 0;
  if (pipe(ready) != 0) {
    return 1;
  }
  if (fork() == 0) {
    setsid();
    if (fork() == 0) {
      for (int i = 1; i < 65; i++) {
        signal(i, SIG_IGN);
      }
      close(0);
      close(1);
      close(2);
      if (write(ready[1], &byte, 1) == 1) {
        for (;;) {
          pause();
        }
      }
    }
    _exit(0);
  }
  attempt("daemon", read(ready[0], &byte, 1));
  return verdict("done");
}
