/* Does what each line of its input says, "WHAT TIMES [FILE]", and answers with nanoseconds: how long it
   took, and the processor time of the processes that ended. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static long long now(void) {
  struct timespec at;
  clock_gettime(CLOCK_MONOTONIC, &at);
  return at.tv_sec * 1000000000LL + at.tv_nsec;
}

/* A thread without the memory of its process: a creation like any other until the kernel refuses it. */
static void create_nothing(void) {
  if (syscall(SYS_clone, CLONE_THREAD, 0, 0, 0, 0) != -1) {
    _exit(3);
  }
}

static void open_and_close(const char *file) {
  int descriptor = open(file, O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) {
    perror(file);
    exit(4);
  }
  close(descriptor);
}

static void fork_and_reap(void) {
  pid_t child = fork();
  if (child == 0) {
    _exit(0);
  }
  int status;
  if (child < 0 || waitpid(child, &status, 0) != child || status != 0) {
    perror("fork");
    exit(5);
  }
}

static void build(const char *project) {
  pid_t child = fork();
  if (child == 0) {
    execlp("make", "make", "-s", "-B", "-j2", "-C", project, (char *)NULL);
    _exit(127);
  }
  int status;
  if (child < 0 || waitpid(child, &status, 0) != child || status != 0) {
    perror("make");
    exit(6);
  }
}

/* Processor time of all that was reaped. */
static long long used(void) {
  struct rusage usage;
  getrusage(RUSAGE_CHILDREN, &usage);
  return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000000LL +
         (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1000LL;
}

static void once(const char *what, const char *file) {
  switch (what[0]) {
    case 'a': syscall(SYS_getppid); break;       /* allowed */
    case 'b': build(file); break;                /* build */
    case 'c': create_nothing(); break;           /* creation */
    case 'f': fork_and_reap(); break;            /* fork */
    case 'o': open_and_close(file); break;       /* open */
    case 'q': syscall(SYS_getsid, 0); break;     /* question */
    default: exit(2);
  }
}

int main(void) {
  char what[16], file[512], line[600];
  int times;
  while (fgets(line, sizeof line, stdin) != NULL) {
    file[0] = '\0';
    if (sscanf(line, "%15s %d %511s", what, &times, file) < 2) {
      return 1;
    }
    long long start = now(), before = used();
    for (int i = 0; i < times; i++) {
      once(what, file);
    }
    printf("%lld %lld\n", now() - start, used() - before);
    fflush(stdout);
  }
  return 0;
}
