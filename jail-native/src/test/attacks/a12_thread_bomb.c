/* A12. 100,000 threads. Expected: EAGAIN at the limit. */
#include "attack.h"

#include <pthread.h>

static void *rest(void *unused) {
  pause();
  return unused;
}

int main(void) {
  pthread_attr_t small;
  pthread_attr_init(&small);
  pthread_attr_setstacksize(&small, 16384);
  for (int made = 0; made < 100000; made++) {
    pthread_t thread;
    int error = pthread_create(&thread, &small, rest, NULL);
    if (error != 0) {
      outcome("pthread_create", error);
      verdict("done");
      _exit(0);
    }
  }
  printf("no limit\n");
  fflush(stdout);
  _exit(0);
}
