/* A42. Personalities that switch protections off. Expected: EPERM. */
#include "attack.h"

int main(void) {
  attempt("no randomisation", syscall(SYS_personality, 0x0040000));
  attempt("read implies exec", syscall(SYS_personality, 0x0400000));
  attempt("page at zero", syscall(SYS_personality, 0x0100000));
  attempt("both", syscall(SYS_personality, 0x0440000));
  attempt("high half set", syscall(SYS_personality, 0xFFFFFFFF00040000));
  return verdict("done");
}
