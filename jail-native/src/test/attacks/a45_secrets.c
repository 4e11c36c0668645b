/*
 * A45. In sessions. Reads what the runner and process 1 know: their environments, the runner's configuration and what it
 * announced. Expected: EACCES, or ENOENT where the session does not see it.
 */
#include "attack.h"

static void reads(const char *path) {
  char bytes[256];
  int file = open(path, O_RDONLY);
  ssize_t got = file < 0 ? -1 : read(file, bytes, sizeof bytes);
  int error = errno == ENOENT ? EACCES : errno;
  outcome(path, got < 0 ? error : 0);
}

/* The value of an option of the runner's, from its command line, which everybody may read. */
static int option(pid_t runner, const char *name, char *value, size_t size) {
  char path[40], line[65536];
  snprintf(path, sizeof path, "/proc/%d/cmdline", runner);
  int file = open(path, O_RDONLY);
  ssize_t length = file < 0 ? 0 : read(file, line, sizeof line - 1);
  for (ssize_t at = 0; at < length; at += (ssize_t)strlen(line + at) + 1) {
    ssize_t next = at + (ssize_t)strlen(line + at) + 1;
    if (strcmp(line + at, name) == 0 && next < length) {
      snprintf(value, size, "%s", line + next);
      return 1;
    }
  }
  return 0;
}

int main(void) {
  static const char *const known[] = {"/home/config/runner.json", "/run/polykern/announce.json", "/proc/1/environ",
                                      "/home/config/jail-plugins"};
  char folder[300], path[400];
  pid_t runner = target("runner");
  for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
    reads(known[i]);
  }
  if (option(runner, "--config", folder, sizeof folder)) {
    snprintf(path, sizeof path, "%s/runner.json", folder);
    reads(path);
  }
  if (option(runner, "--run", folder, sizeof folder)) {
    snprintf(path, sizeof path, "%s/announce.json", folder);
    reads(path);
  }
  snprintf(path, sizeof path, "/proc/%d/environ", runner);
  reads(path);
  snprintf(path, sizeof path, "/proc/%d/task/%d/environ", runner, runner);
  reads(path);
  return verdict("read");
}
