/*
 * A11. Every process makes processes until none can be made, as ":(){ :|:& };:" does. Expected: EAGAIN at the limit,
 * and all are gone afterwards.
 */
#include "attack.h"

int main(void) {
  pid_t first = getpid();
  for (int made = 0; made < 100000; made++) {
    pid_t child = fork();
    if (child < 0) {
      if (getpid() == first) {
        attempt("fork", child);
        return verdict("done");
      }
      for (;;) {
        pause();
      }
    }
  }
  printf("no limit\n");
  return 0;
}
