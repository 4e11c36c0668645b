/*
 * A8. A filter with a listener of one's own, which would answer CONTINUE for calls that the tracer judges.
 * Expected: EPERM at installation, with every other flag beside it.
 */
#include "attack.h"

#include <linux/filter.h>
#include <linux/seccomp.h>

int main(void) {
  struct sock_filter code[] = {{BPF_LD | BPF_W | BPF_ABS, 0, 0, 0},
                               {BPF_JMP | BPF_JEQ | BPF_K, 0, 1, SYS_clone},
                               {BPF_RET | BPF_K, 0, 0, SECCOMP_RET_USER_NOTIF},
                               {BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW}};
  struct sock_fprog program = {4, code};
  static const unsigned long flags[] = {8, 8 | 2, 8 | 4, 8 | 1 | 16, 8 | 32, 0xFFFFFFFF00000008};
  for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
    char label[40];
    snprintf(label, sizeof label, "flags %lx", flags[i]);
    attempt(label, syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags[i], &program));
  }
  return verdict("done");
}
