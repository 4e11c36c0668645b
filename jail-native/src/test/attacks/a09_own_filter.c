/*
 * A9. A filter of one's own stops calls for the tracer with data of one's own choice (4242, and what the tracer
 * itself uses). Expected: a permitted call runs, a refused one stays refused, nothing crashes.
 */
#include "attack.h"

#include <linux/filter.h>
#include <linux/seccomp.h>

int main(void) {
  static const unsigned data[] = {4242, 0, 1, 3, 9, 0x1000, 0xFFFF};
  uid_t me = getuid();
  for (size_t i = 0; i < sizeof data / sizeof *data; i++) {
    struct sock_filter code[] = {{BPF_LD | BPF_W | BPF_ABS, 0, 0, 0},
                                 {BPF_JMP | BPF_JEQ | BPF_K, 1, 0, SYS_getuid},
                                 {BPF_JMP | BPF_JEQ | BPF_K, 0, 1, SYS_ptrace},
                                 {BPF_RET | BPF_K, 0, 0, SECCOMP_RET_TRACE | data[i]},
                                 {BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW}};
    struct sock_fprog program = {5, code};
    if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0 || getuid() != me) {
      printf("getuid did not run with %u\n", data[i]);
    }
    attempt("ptrace", syscall(SYS_ptrace, 0, 0, 0, 0));
  }
  return verdict("done");
}
