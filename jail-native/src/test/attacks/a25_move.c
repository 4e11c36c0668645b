/*
 * A25. Brings a forbidden file to where it may be read, by a hard link or a new name. Expected: refused (EACCES, EXDEV,
 * or EPERM by the kernel's protection of links).
 */
#include "attack.h"

static void must_fail(const char *label, long result) {
  outcome(label, result == 0 ? 0 : errno == EXDEV || errno == EPERM ? EACCES : errno);
}

int main(int argc, char **argv) {
  char path[400];
  if (argc < 3) {
    return 2;
  }
  snprintf(path, sizeof path, "%s/moved%d", argv[1], getpid());
  must_fail("link", link(argv[2], path));
  int reference = open(argv[2], O_PATH);
  must_fail("link of a reference", linkat(reference, "", AT_FDCWD, path, AT_EMPTY_PATH));
  must_fail("rename", rename(argv[2], path));
  return verdict("done");
}
