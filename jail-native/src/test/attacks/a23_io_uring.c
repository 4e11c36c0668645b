/* A23. io_uring, whose operations no filter sees. Expected: EPERM. */
#include "attack.h"

int main(void) {
  char parameters[120] = {0};
  attempt("io_uring_setup", syscall(425, 8, parameters));
  attempt("io_uring_enter", syscall(426, 0, 1, 0, 0, NULL, 0));
  attempt("io_uring_register", syscall(427, -1, 0, NULL, 0));
  return verdict("done");
}
