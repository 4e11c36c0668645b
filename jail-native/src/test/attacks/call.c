/* One system call by number: call NUMBER ARGUMENTS... */
#include "attack.h"

int main(int argc, char **argv) {
  long a[7] = {0};
  for (int i = 1; i < argc && i <= 7; i++) {
    a[i - 1] = (long)strtoull(argv[i], NULL, 0);
  }
  attempt("call", syscall(a[0], a[1], a[2], a[3], a[4], a[5], a[6]));
  return verdict("done");
}
