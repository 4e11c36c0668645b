/* A38. Mounts, old and new calls, and another root; with arguments that would do no harm. Expected: EPERM. */
#include "attack.h"

int main(void) {
  attempt("mount", syscall(SYS_mount, "none", "/no/such/directory", "tmpfs", 0, NULL));
  attempt("umount2", syscall(SYS_umount2, "/no/such/directory", 2));
  attempt("pivot_root", syscall(SYS_pivot_root, "/", "/"));
  attempt("chroot", syscall(SYS_chroot, "/"));
  attempt("open_tree", syscall(428, AT_FDCWD, "/", 1));
  attempt("move_mount", syscall(429, AT_FDCWD, "/", AT_FDCWD, "/", 0));
  attempt("fsopen", syscall(430, "tmpfs", 0));
  attempt("fsconfig", syscall(431, 0, 0, NULL, NULL, 0));
  attempt("fsmount", syscall(432, 0, 0, 0));
  attempt("fspick", syscall(433, AT_FDCWD, "/", 0));
  attempt("mount_setattr", syscall(442, AT_FDCWD, "/", 0, NULL, 0));
  return verdict("done");
}
