/* A21. Memory and descriptors of the runner, the helper and process 1 by system call. Expected: EPERM. */
#include "attack.h"

#include <sys/uio.h>

int main(int argc, char **argv) {
  char byte = 0;
  struct iovec here = {&byte, 1}, there = {(void *)0x400000, 1};
  for (const char *const *name = targets(argc, argv); *name != NULL; name++) {
    pid_t pid = target(*name);
    attempt("process_vm_readv", process_vm_readv(pid, &here, 1, &there, 1, 0));
    attempt("process_vm_writev", process_vm_writev(pid, &here, 1, &there, 1, 0));
    attempt("kcmp", syscall(SYS_kcmp, pid, getpid(), 0, 0, 0));
    attempt("move_pages", syscall(SYS_move_pages, pid, 0, NULL, NULL, NULL, 0));
    attempt("migrate_pages", syscall(SYS_migrate_pages, pid, 0, NULL, NULL));
    attempt("get_robust_list", syscall(SYS_get_robust_list, pid, &byte, &byte));
  }
  attempt("pidfd_getfd", syscall(438, 0, 0, 0));
  attempt("process_madvise", syscall(440, 0, NULL, 0, 0, 0));
  return verdict("done");
}
