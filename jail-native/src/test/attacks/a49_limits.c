/*
 * A49. "files": more open files than the hard limit. "core": a core file. "memory": a tebibyte that is really
 * asked for. Expected: EPERM, no core, ENOMEM. "sparse": a tebibyte of addresses. Expected: harmless, nothing is used.
 */
#include "attack.h"

#include <sys/resource.h>

int main(int argc, char **argv) {
  const char *what = argc > 1 ? argv[1] : "";
  struct rlimit limit;
  if (strcmp(what, "files") == 0) {
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_max = limit.rlim_max + 1 > 1000000 ? limit.rlim_max + 1 : 1000000;
    limit.rlim_cur = limit.rlim_max;
    attempt("files", setrlimit(RLIMIT_NOFILE, &limit));
    return verdict("done");
  }
  if (strcmp(what, "core") == 0) {
    int status;
    limit.rlim_cur = limit.rlim_max = RLIM_INFINITY;
    attempt("limit", setrlimit(RLIMIT_CORE, &limit));
    pid_t child = fork();
    if (child == 0) {
      abort();
    }
    waitpid(child, &status, 0);
    outcome("core", WCOREDUMP(status) ? 0 : EPERM);
    return verdict("done");
  }
  int flags = MAP_PRIVATE | MAP_ANONYMOUS | (strcmp(what, "sparse") == 0 ? MAP_NORESERVE : 0);
  void *memory = mmap(NULL, (size_t)1 << 40, PROT_READ | PROT_WRITE, flags, -1, 0);
  attempt("mmap", memory == MAP_FAILED ? -1 : 0);
  return verdict("harmless");
}
