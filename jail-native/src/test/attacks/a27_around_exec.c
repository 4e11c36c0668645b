/*
 * A27. Ways to run a program that may not be started: a copy, the dynamic loader, an interpreter. Expected: the copy is
 * refused where it lies outside of what may be started; loader and interpreter are no start of the program, so a
 * policy's list of programs says nothing about them. Arguments: the way, the program, a directory to write.
 */
#include "attack.h"

#include <sys/sendfile.h>

static int run(const char *const argv[]) {
  pid_t child = fork();
  if (child == 0) {
    execv(argv[0], (char *const *)argv);
    _exit(errno);
  }
  int status;
  waitpid(child, &status, 0);
  return WEXITSTATUS(status);
}

int main(int argc, char **argv) {
  if (argc < 4) {
    return 2;
  }
  char copy[300];
  snprintf(copy, sizeof copy, "%s/copy%d", argv[3], getpid());
  if (strcmp(argv[1], "direct") == 0) {
    outcome("direct", run((const char *const[]){argv[2], NULL}));
  } else if (strcmp(argv[1], "copy") == 0) {
    int from = open(argv[2], O_RDONLY), to = open(copy, O_WRONLY | O_CREAT, 0700);
    while (sendfile(to, from, NULL, 1 << 20) > 0) {
    }
    close(to);
    outcome("copy", run((const char *const[]){copy, NULL}));
  } else if (strcmp(argv[1], "loader") == 0) {
    outcome("loader", run((const char *const[]){"/lib64/ld-linux-x86-64.so.2", argv[2], NULL}));
  } else {
    FILE *script = fopen(copy, "w");
    fprintf(script, "exit 0\n");
    fclose(script);
    outcome("script", run((const char *const[]){"/bin/sh", copy, NULL}));
  }
  unlink(copy);
  return verdict("done");
}
