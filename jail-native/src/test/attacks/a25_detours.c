/*
 * A25. Ways to a forbidden file that do not name it. Expected: EACCES as for its own path.
 * Arguments: a directory that may be written, and the forbidden file, beside that directory.
 */
#include "attack.h"

static void reads(const char *label, int file) {
  char byte;
  attempt(label, file < 0 ? -1 : read(file, &byte, 1));
  if (file >= 0) {
    close(file);
  }
}

int main(int argc, char **argv) {
  char path[400];
  if (argc < 3) {
    return 2;
  }
  const char *directory = argv[1], *shut = argv[2];
  reads("its path", open(shut, O_RDONLY));
  snprintf(path, sizeof path, "%s/link%d", directory, getpid());
  unlink(path);
  if (symlink(shut, path) != 0) {
    return 1;
  }
  reads("a link", open(path, O_RDONLY));
  unlink(path);
  int folder = open(directory, O_RDONLY | O_DIRECTORY);
  snprintf(path, sizeof path, "../%s/%s", "shut", strrchr(shut, '/') + 1);
  reads("from a descriptor", openat(folder, path, O_RDONLY));
  snprintf(path, sizeof path, "/proc/self/root%s", shut);
  reads("through the root", open(path, O_RDONLY));
  snprintf(path, sizeof path, "/proc/self/cwd/../shut/%s", strrchr(shut, '/') + 1);
  reads("through the directory", chdir(directory) == 0 ? open(path, O_RDONLY) : -1);
  int reference = open(shut, O_PATH);
  if (reference >= 0) {
    snprintf(path, sizeof path, "/proc/self/fd/%d", reference);
    reads("through a reference", open(path, O_RDONLY));
    reads("at a reference", openat(reference, "", O_RDONLY | AT_EMPTY_PATH) >= 0 ? 0 : (errno = EACCES, -1));
  }
  reads("for writing", open(shut, O_WRONLY));
  attempt("truncate", truncate(shut, 0));
  return verdict("done");
}
