/* What a jailed program may try, one word a trial. Prints what it saw; the tests judge. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static char *self;

static void *rest(void *unused) {
  pause();
  return unused;
}

static void *nothing(void *unused) { return unused; }

static int threads(int count) {
  int made = 0;
  for (int i = 0; i < count; i++) {
    pthread_t thread;
    made += pthread_create(&thread, NULL, nothing, NULL) == 0 && pthread_join(thread, NULL) == 0;
  }
  printf("%d\n", made);
  return 0;
}

static int thread_bomb(int count) {
  int made = 0, error = 0;
  for (; made < count && error == 0; made += error == 0) {
    pthread_t thread;
    error = pthread_create(&thread, NULL, rest, NULL);
  }
  printf("%d %d\n", made, error);
  fflush(stdout);
  _exit(0);
}

static int forks(int count) {
  int made = 0;
  for (int i = 0; i < count; i++) {
    pid_t child = fork();
    if (child == 0) {
      _exit(0);
    }
    int status;
    made += child > 0 && waitpid(child, &status, 0) == child && status == 0;
  }
  printf("%d\n", made);
  return 0;
}

static int fork_bomb(int count) {
  int made = 0, error = 0;
  for (; made < count; made++) {
    pid_t child = fork();
    if (child == 0) {
      pause();
    }
    if (child < 0) {
      error = errno;
      break;
    }
  }
  printf("%d %d\n", made, error);
  return 0;
}

static int vforks(int count) {
  int made = 0;
  for (int i = 0; i < count; i++) {
    pid_t child = vfork();
    if (child == 0) {
      _exit(0);
    }
    made += child > 0 && waitpid(child, NULL, 0) == child;
  }
  printf("%d\n", made);
  return 0;
}

static void *exec_self(void *status) {
  execl(self, self, "exit", (char *)status, NULL);
  _exit(99);
}

static int exec_from_thread(char *status) {
  pthread_t thread;
  for (int i = 0; i < 8; i++) {
    pthread_create(&thread, NULL, rest, NULL);
  }
  pthread_create(&thread, NULL, exec_self, status);
  pause();
  return 98;
}

static int stop_and_continue(void) {
  pid_t child = fork();
  if (child == 0) {
    raise(SIGSTOP);
    _exit(5);
  }
  int status;
  if (waitpid(child, &status, WUNTRACED) != child || !WIFSTOPPED(status)) {
    return 1;
  }
  if (waitpid(child, &status, WUNTRACED | WNOHANG) != 0) {
    return 2; /* It must stay stopped. */
  }
  kill(child, SIGCONT);
  return waitpid(child, &status, 0) == child && WIFEXITED(status) ? WEXITSTATUS(status) : 3;
}

static int leave_daemon(const char *file) {
  if (fork() == 0) {
    setsid();
    if (fork() == 0) {
      FILE *out = fopen(file, "w");
      fprintf(out, "%d\n", getpid());
      fclose(out);
      for (;;) {
        pause();
      }
    }
    _exit(0);
  }
  wait(NULL);
  struct stat written;
  while (stat(file, &written) != 0 || written.st_size == 0) {
    sched_yield(); // once this process ends, the daemon does too, and its number with it
  }
  return 0;
}

static volatile sig_atomic_t seen;

static void see(int sig) { seen = sig; }

static int own_signal(int sig) {
  struct sigaction action = {.sa_handler = see};
  sigaction(sig, &action, NULL);
  kill(getpid(), sig);
  printf("%d\n", (int)seen);
  return 0;
}

static int call(int argc, char **argv) {
  long a[7] = {0};
  for (int i = 0; i < argc && i < 7; i++) {
    a[i] = (long)strtoull(argv[i], NULL, 0);
  }
  errno = 0;
  long result = syscall(a[0], a[1], a[2], a[3], a[4], a[5], a[6]);
  printf("%ld %d\n", result, errno);
  return 0;
}

/* Makes its own filter stop one call for the tracer with its own data, then makes calls. */
static int own_filter(int argc, char **argv) {
  unsigned nr = (unsigned)strtoul(argv[0], NULL, 0), data = (unsigned)strtoul(argv[1], NULL, 0);
  struct sock_filter code[] = {{BPF_LD | BPF_W | BPF_ABS, 0, 0, 0},
                               {BPF_JMP | BPF_JEQ | BPF_K, 0, 1, nr},
                               {BPF_RET | BPF_K, 0, 0, SECCOMP_RET_TRACE | data},
                               {BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW}};
  struct sock_fprog program = {4, code};
  if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) {
    return 1;
  }
  return argc > 2 ? fork_bomb(atoi(argv[2])) : call(1, argv);
}

/* Runs outside: a program on a terminal of its own, whose output is copied. */
static int on_terminal(char **argv) {
  int terminal = posix_openpt(O_RDWR | O_NOCTTY);
  grantpt(terminal);
  unlockpt(terminal);
  pid_t child = fork();
  if (child == 0) {
    int end = open(ptsname(terminal), O_RDWR | O_NOCTTY);
    chmod(ptsname(terminal), 0666);
    dup2(end, 0);
    dup2(end, 1);
    dup2(end, 2);
    execv(argv[0], argv);
    _exit(96);
  }
  char buffer[512];
  ssize_t got;
  int status;
  while (waitpid(child, &status, WNOHANG) == 0) {
    struct pollfd ready = {.fd = terminal, .events = POLLIN};
    if (poll(&ready, 1, 20) == 1 && (got = read(terminal, buffer, sizeof buffer)) > 0) {
      fwrite(buffer, 1, (size_t)got, stdout);
    }
  }
  return WEXITSTATUS(status);
}

/* Runs outside: holds a terminal, tells its name, and copies what is shown on it until nobody has it open. */
static int terminal(void) {
  int holder = posix_openpt(O_RDWR | O_NOCTTY);
  grantpt(holder);
  unlockpt(holder);
  printf("%s\n", ptsname(holder));
  fflush(stdout);
  struct pollfd ready = {.fd = holder, .events = POLLIN};
  char buffer[512];
  ssize_t got;
  do {
    poll(&ready, 1, 20); /* Before the first open and after the last close it has hung up. */
  } while ((ready.revents & POLLIN) == 0);
  while ((got = read(holder, buffer, sizeof buffer)) > 0) {
    fwrite(buffer, 1, (size_t)got, stdout);
  }
  return 0;
}

static int old_entry(void) {
#if defined(__x86_64__)
  long result;
  __asm__ volatile("int $0x80" : "=a"(result) : "a"(20L) : "memory");
  printf("%ld\n", result);
#endif
  return 0;
}

/* Threads, forks, signals and exec together until the time is over. */
static void *storm(void *until) {
  while (time(NULL) < *(time_t *)until) {
    pid_t child = fork();
    if (child == 0) {
      execl(self, self, "threads", "3", NULL);
      _exit(9);
    }
    if (child > 0) {
      kill(child, SIGSTOP);
      kill(child, SIGCONT);
      kill(child, random() % 3 == 0 ? SIGKILL : SIGRTMIN + 9);
      waitpid(child, NULL, 0);
    }
  }
  return NULL;
}

static int stress(int seconds) {
  time_t until = time(NULL) + seconds;
  pthread_t threads_of_storm[6];
  freopen("/dev/null", "w", stdout);
  signal(SIGRTMIN + 9, SIG_IGN);
  for (int i = 0; i < 6; i++) {
    pthread_create(&threads_of_storm[i], NULL, storm, &until);
  }
  for (int i = 0; i < 6; i++) {
    pthread_join(threads_of_storm[i], NULL);
  }
  return 0;
}

int main(int argc, char **argv) {
  const char *what = argc > 1 ? argv[1] : "";
  char *one = argc > 2 ? argv[2] : "0";
  self = argv[0];
  if (strcmp(what, "exit") == 0) return atoi(one);
  if (strcmp(what, "die") == 0) return raise(atoi(one));
  if (strcmp(what, "threads") == 0) return threads(atoi(one));
  if (strcmp(what, "thread-bomb") == 0) return thread_bomb(atoi(one));
  if (strcmp(what, "forks") == 0) return forks(atoi(one));
  if (strcmp(what, "fork-bomb") == 0) return fork_bomb(atoi(one));
  if (strcmp(what, "vforks") == 0) return vforks(atoi(one));
  if (strcmp(what, "exec-from-thread") == 0) return exec_from_thread(one);
  if (strcmp(what, "stop") == 0) return stop_and_continue();
  if (strcmp(what, "daemon") == 0) return leave_daemon(one);
  if (strcmp(what, "signal") == 0) return own_signal(atoi(one));
  if (strcmp(what, "old-entry") == 0) return old_entry();
  if (strcmp(what, "stress") == 0) return stress(atoi(one));
  if (strcmp(what, "own-filter") == 0) return own_filter(argc - 2, argv + 2);
  if (strcmp(what, "on-terminal") == 0) return on_terminal(argv + 2);
  if (strcmp(what, "terminal") == 0) return terminal();
  if (strcmp(what, "secure") == 0) return printf("%lu\n", getauxval(AT_SECURE)) < 0;
  if (strcmp(what, "call") == 0) return call(argc - 2, argv + 2);
  fprintf(stderr, "What is '%s'?\n", what);
  return 97;
}
