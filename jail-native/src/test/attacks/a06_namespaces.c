/* A6. New namespaces by clone and unshare, each kind. Expected: EPERM. */
#include "attack.h"

#include <sched.h>

static const struct {
  const char *name;
  unsigned long flag;
} kinds[] = {{"user", 0x10000000}, {"mount", 0x00020000}, {"net", 0x40000000},    {"pid", 0x20000000},
             {"uts", 0x04000000},  {"ipc", 0x08000000},   {"cgroup", 0x02000000}};

int main(void) {
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
    char label[40];
    snprintf(label, sizeof label, "clone %s", kinds[i].name);
    /* The kernel looks at the low half of the flags only. */
    long child = syscall(SYS_clone, 0xFFFFFFFF00000000 | kinds[i].flag | SIGCHLD, 0, 0, 0, 0);
    if (child == 0) {
      _exit(0);
    }
    attempt(label, child);
    snprintf(label, sizeof label, "unshare %s", kinds[i].name);
    attempt(label, unshare((int)kinds[i].flag));
  }
  return verdict("done");
}
