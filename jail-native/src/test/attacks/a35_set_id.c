/*
 * A35. Starts set-user-id programs and looks which user they become. Expected: nobody else (no_new_privs). Arguments:
 * programs; those that are not there are left out.
 */
#include "attack.h"

#define TOLD 77

/* Whether a process, 0 for this one, is root while this one is not, or has capabilities; -1 when it is gone. */
static int is_more(pid_t pid) {
  char path[40] = "/proc/self/status", line[200];
  unsigned real = 1, effective = 1;
  unsigned long long capabilities = 0;
  if (pid != 0) {
    snprintf(path, sizeof path, "/proc/%d/status", pid);
  }
  FILE *status = fopen(path, "r");
  if (status == NULL) {
    return -1;
  }
  while (fgets(line, sizeof line, status) != NULL) {
    sscanf(line, "Uid: %u %u", &real, &effective);
    sscanf(line, "CapEff: %llx", &capabilities);
  }
  fclose(status);
  return effective == 0 || capabilities != 0;
}

static int gains(pid_t child) {
  int end, more = 0;
  while (waitpid(child, &end, WNOHANG) != child) {
    more |= is_more(child) == 1;
  }
  return more || (WIFEXITED(end) && WEXITSTATUS(end) == TOLD); /* A copy of this program tells itself. */
}

int main(int argc, char **argv) {
  if (argc == 2 && strcmp(argv[1], "tell") == 0) {
    return is_more(0) == 1 ? TOLD : 0;
  }
  for (int i = 1; i < argc; i++) {
    if (access(argv[i], X_OK) != 0) {
      continue;
    }
    pid_t child = fork();
    if (child == 0) {
      int null = open("/dev/null", O_RDWR);
      dup2(null, 0);
      dup2(null, 1);
      dup2(null, 2);
      execl(argv[i], argv[i], "tell", (char *)NULL);
      _exit(0);
    }
    outcome(argv[i], gains(child) ? 0 : EPERM);
  }
  return verdict("gained");
}
