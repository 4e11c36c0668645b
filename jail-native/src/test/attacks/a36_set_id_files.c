/*
 * A36. Set-id files and devices. Expected: EPERM. With "open": by the mode of a new file, which nothing
 * refuses, because a test of it would make every open slower, and which gives nobody anything in the jail.
 */
#include "attack.h"

#include <sys/sysmacros.h>

int main(int argc, char **argv) {
  char file[60], node[60];
  snprintf(file, sizeof file, "set-id-%d", getpid());
  snprintf(node, sizeof node, "node-%d", getpid());
  if (argc > 1 && strcmp(argv[1], "open") == 0) {
    attempt("open", open(file, O_CREAT | O_WRONLY, 04755));
    unlink(file);
    return verdict("done");
  }
  int fd = open(file, O_CREAT | O_WRONLY, 0755);
  attempt("chmod", syscall(SYS_chmod, file, 04755));
  attempt("chmod group", syscall(SYS_chmod, file, 02755));
  attempt("chmod high half", syscall(SYS_chmod, file, 0xFFFFFFFF00000000 | 04755));
  attempt("fchmod", syscall(SYS_fchmod, fd, 06755));
  attempt("fchmodat", syscall(SYS_fchmodat, AT_FDCWD, file, 04755));
  long changed = syscall(452, AT_FDCWD, file, 04755, 0);
  if (changed == 0 || errno != ENOSYS) { /* fchmodat2: not in every kernel, and not in the filter of older engines. */
    attempt("fchmodat2", changed);
  }
  attempt("mknod block", syscall(SYS_mknod, node, S_IFBLK | 0600, makedev(8, 0)));
  attempt("mknod character", syscall(SYS_mknod, node, S_IFCHR | 0600, makedev(1, 1)));
  attempt("mknodat", syscall(SYS_mknodat, AT_FDCWD, node, S_IFBLK | 0600, makedev(8, 0)));
  attempt("mknod set-id", syscall(SYS_mknod, node, S_IFREG | 04755, 0));
  unlink(file);
  unlink(node);
  return verdict("done");
}
