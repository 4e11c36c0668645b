/*
 * A10. Filters with which a program cannot end (exit_group answers 0) or dies writing. Expected: only the program
 * itself suffers, and what cannot end is ended with the jail.
 */
#include "attack.h"

#include <linux/filter.h>
#include <linux/seccomp.h>

static void install(unsigned number, unsigned action) {
  struct sock_filter code[] = {{BPF_LD | BPF_W | BPF_ABS, 0, 0, 0},
                               {BPF_JMP | BPF_JEQ | BPF_K, 0, 1, number},
                               {BPF_RET | BPF_K, 0, 0, action},
                               {BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW}};
  struct sock_fprog program = {4, code};
  prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

int main(void) {
  int status, ready[2];
  char byte = 0;
  if (pipe(ready) != 0) {
    return 1;
  }
  if (fork() == 0) {
    install(SYS_exit_group, SECCOMP_RET_ERRNO);
    syscall(SYS_exit_group, 0);
    if (write(ready[1], &byte, 1) == 1) {
      for (;;) {
        pause();
      }
    }
  }
  pid_t writer = fork();
  if (writer == 0) {
    install(SYS_write, SECCOMP_RET_TRAP);
    if (write(1, "written\n", 8) > 0) {
      _exit(0);
    }
  }
  waitpid(writer, &status, 0);
  int lives = read(ready[0], &byte, 1) == 1;
  outcome("spoilt", lives && WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS ? 0 : ECANCELED);
  return verdict("harmless");
}
