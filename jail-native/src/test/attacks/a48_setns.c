/* A48. Enters namespaces by file and by process descriptor. Expected: EPERM. */
#include "attack.h"

int main(void) {
  static const char *const kinds[] = {"net", "mnt", "pid", "uts", "ipc", "user", "cgroup"};
  char path[60];
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
    for (int own = 0; own < 2; own++) {
      snprintf(path, sizeof path, "/proc/%s/ns/%s", own ? "self" : "1", kinds[i]);
      int file = open(path, O_RDONLY);
      /* That of process 1 cannot even be opened; then the call gets what cannot be entered. */
      attempt(kinds[i], syscall(SYS_setns, file, 0));
      if (file >= 0) {
        close(file);
      }
    }
  }
  long self = syscall(SYS_pidfd_open, getpid(), 0);
  attempt("of a process", syscall(SYS_setns, self, 0x10000000));
  return verdict("done");
}
