/*
 * A26. Programs started without their path. Expected: allowed, except where a policy restricts what may be
 * started; then EACCES. Arguments: "memory" for a file in memory, "descriptor" with a program, "openat2" with a file.
 */
#include "attack.h"

#include <linux/openat2.h>
#include <sys/sendfile.h>

static int start(int program) {
  char *const argv[] = {(char *)"true", NULL}, *const none[] = {NULL};
  pid_t child = fork();
  if (child == 0) {
    syscall(SYS_execveat, program, "", argv, none, AT_EMPTY_PATH);
    int first = errno;
    fexecve(program, argv, none);
    _exit(first == 0 ? errno : first);
  }
  int status;
  waitpid(child, &status, 0);
  return WEXITSTATUS(status);
}

int main(int argc, char **argv) {
  if (argc < 3) {
    return 2;
  }
  if (strcmp(argv[1], "openat2") == 0) {
    struct open_how how = {.flags = O_RDONLY, .resolve = RESOLVE_NO_MAGICLINKS};
    attempt("openat2", syscall(SYS_openat2, AT_FDCWD, argv[2], &how, sizeof how));
    return verdict("done");
  }
  int program = open(argv[2], strcmp(argv[1], "memory") == 0 ? O_RDONLY : O_PATH);
  if (program >= 0 && strcmp(argv[1], "memory") == 0) {
    int memory = memfd_create("program", 0);
    if (attempt("memfd_create", memory) < 0) {
      return verdict("done");
    }
    while (sendfile(memory, program, NULL, 1 << 20) > 0) {
    }
    /* A descriptor for writing would make the file busy. */
    char path[40];
    snprintf(path, sizeof path, "/proc/self/fd/%d", memory);
    program = open(path, O_RDONLY);
    if (program < 0) {
      perror("open");
      return 1;
    }
    close(memory);
  }
  outcome("start", program < 0 ? errno : start(program));
  return verdict("done");
}
