/* A5. clone3 with arguments that are right. Expected: ENOSYS, and threads can be made all the same. */
#include "attack.h"

#include <linux/sched.h>
#include <pthread.h>

static void *work(void *unused) { return unused; }

int main(void) {
  struct clone_args args = {.exit_signal = SIGCHLD};
  long child = syscall(SYS_clone3, &args, sizeof args);
  if (child == 0) {
    _exit(0);
  }
  attempt("clone3", child);
  pthread_t thread;
  if (pthread_create(&thread, NULL, work, NULL) != 0 || pthread_join(thread, NULL) != 0) {
    printf("no threads; ");
  }
  return verdict("done");
}
