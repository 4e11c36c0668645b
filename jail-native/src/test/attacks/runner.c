/*
 * What is attacked where the runner would be: a process of two threads that no jailed program may reach.
 * Outside the jail. Arguments: user and group to become, or 0; path of a socket to listen on. Then one line
 * for each line on its input: what of it an attack could have changed.
 */
#include "attack.h"

#include <pthread.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>

static char secret[64] = "SECRET-of-the-runner";

static void *rest(void *unused) {
  for (;;) {
    pause();
  }
  return unused;
}

static void listen_at(const char *path) {
  struct sockaddr_un name = {.sun_family = AF_UNIX};
  snprintf(name.sun_path, sizeof name.sun_path, "%s", path);
  int server = socket(AF_UNIX, SOCK_STREAM, 0);
  if (bind(server, (struct sockaddr *)&name, sizeof name) != 0 || listen(server, 8) != 0) {
    perror("listen");
    exit(1);
  }
  chmod(path, 0666);
}

static void tell(void) {
  struct rlimit files = {0}, cpu = {0};
  cpu_set_t set;
  getrlimit(RLIMIT_NOFILE, &files);
  getrlimit(RLIMIT_CPU, &cpu);
  sched_getaffinity(0, sizeof set, &set);
  printf("%s %ld %ld cpus %d nice %d policy %d io %ld\n", secret, (long)files.rlim_cur, (long)cpu.rlim_cur,
         CPU_COUNT(&set), getpriority(PRIO_PROCESS, 0), sched_getscheduler(0),
         syscall(SYS_ioprio_get, 1, 0));
  fflush(stdout);
}

int main(int argc, char **argv) {
  char line[100];
  pthread_t thread;
  if (argc < 4) {
    return 2;
  }
  uid_t user = (uid_t)atoi(argv[1]);
  gid_t group = (gid_t)atoi(argv[2]);
  setpgid(0, 0);
  listen_at(argv[3]);
  if (user != 0 && (setresgid(group, group, group) != 0 || setresuid(user, user, user) != 0)) {
    return 1;
  }
  prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  pthread_create(&thread, NULL, rest, NULL);
  while (fgets(line, sizeof line, stdin) != NULL) {
    tell();
  }
  return 0;
}
