/* A39. Interfaces of the kernel that mostly serve exploits. Expected: EPERM. */
#include "attack.h"

int main(void) {
  char attributes[128] = {0};
  attempt("bpf", syscall(SYS_bpf, 0, attributes, sizeof attributes));
  attributes[4] = sizeof attributes - 1;
  attempt("perf_event_open", syscall(SYS_perf_event_open, attributes, 0, -1, -1, 0));
  attempt("userfaultfd", syscall(SYS_userfaultfd, 1));
  attempt("keyctl", syscall(SYS_keyctl, 0, -3, 0, 0, 0));
  attempt("add_key", syscall(SYS_add_key, "user", "attack", "x", 1, -3));
  attempt("request_key", syscall(SYS_request_key, "user", "attack", NULL, -3));
  return verdict("done");
}
