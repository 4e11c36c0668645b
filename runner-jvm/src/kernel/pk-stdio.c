/*
 * Preloaded into programs that talk to the runner through pipes. There the C library keeps what a
 * program prints until its buffer is full, prompts too, and a program that waits for an answer shows
 * no question. With both streams line-buffered it writes lines at once, and an unfinished line
 * before it reads. And C libraries count the processors and the memory of the whole machine, which
 * many programs take for theirs; here they hear what the session may use.
 *
 * Linked without any library, so that one file serves images with other C libraries, older ones too;
 * hence only functions that every one of them has.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The GNU C library's other name of its sysconf; those that lack it count processors as we do. */
extern long __sysconf(int name) __attribute__((weak));
extern void *dlsym(void *handle, const char *name) __attribute__((weak));

/* The runner looks for a thread of this name to know that a password is asked for. */
static const char PASSWORD_THREAD[] = "pk-password";

/* Pipes, sockets and terminals cannot be positioned; files can, and keep their full buffers. */
static int interactive(int descriptor) {
  return lseek(descriptor, 0, SEEK_CUR) == -1 && errno == ESPIPE;
}

__attribute__((constructor)) static void buffer_lines(void) {
  int error = errno;
  if (interactive(STDIN_FILENO) && interactive(STDOUT_FILENO)) {
    setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
    setvbuf(stdin, NULL, _IOLBF, BUFSIZ);
  }
  errno = error;
}

/* As the C library's where there is no terminal, but the reading can be recognised. */
char *getpass(const char *prompt) {
  static char *line;
  static size_t size;
  char name[16] = "";
  fputs(prompt, stderr);
  fflush(stderr);
  prctl(PR_GET_NAME, name);
  prctl(PR_SET_NAME, PASSWORD_THREAD);
  ssize_t length = getline(&line, &size, stdin);
  prctl(PR_SET_NAME, name);
  if (length < 0) {
    return NULL;
  }
  if (length > 0 && line[length - 1] == '\n') {
    line[length - 1] = '\0';
  }
  return line;
}

/* Allocators ask while they start: nothing here allocates, locks, or keeps anything. */

/* How many processors this thread may run on; 0 when the kernel does not say. */
static long usable_processors(void) {
  unsigned long set[128]; /* 8,192 processors, as many as a kernel can be built for. */
  long count = 0, bytes = syscall(SYS_sched_getaffinity, 0, sizeof set, set);
  for (long i = 0; i < bytes / (long)sizeof *set; i++) {
    for (unsigned long left = set[i]; left != 0; left &= left - 1) {
      count++;
    }
  }
  return count;
}

/* The bytes in a file of the container's control group; -1 when it is not there or says "max". */
static long long limit_in(const char *path) {
  char text[32];
  int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) {
    return -1;
  }
  long size = read(file, text, sizeof text);
  close(file);
  long long bytes = 0;
  long i = 0;
  for (; i < size && text[i] >= '0' && text[i] <= '9' && bytes < 1LL << 58; i++) {
    bytes = bytes * 10 + (text[i] - '0');
  }
  return i == 0 ? -1 : bytes;
}

static long machine(int name) {
  if (__sysconf) {
    return __sysconf(name);
  }
  long (*next)(int) = dlsym ? (long (*)(int))dlsym(RTLD_NEXT, "sysconf") : 0;
  if (next) {
    return next(name);
  }
  errno = EINVAL;
  return -1;
}

static long pages(int name) {
  long all = machine(name), size = machine(_SC_PAGESIZE);
  long long limit = limit_in("/sys/fs/cgroup/memory.max");
  if (limit < 0) {
    limit = limit_in("/sys/fs/cgroup/memory/memory.limit_in_bytes");
  }
  return limit > 0 && size > 0 && limit / size < all ? (long)(limit / size) : all;
}

/*
 * _SC_NPROCESSORS_CONF stays the machine's: programs have a table with so many places, and look into it
 * with the number of the processor they run on.
 */
long sysconf(int name) {
  int error = errno;
  long value = 0;
  if (name == _SC_NPROCESSORS_ONLN) {
    value = usable_processors();
  } else if (name == _SC_PHYS_PAGES || name == _SC_AVPHYS_PAGES) {
    value = pages(name);
  }
  if (value > 0) {
    errno = error;
    return value;
  }
  return machine(name);
}

/* C++ asks here. */
int get_nprocs(void) { return (int)sysconf(_SC_NPROCESSORS_ONLN); }
