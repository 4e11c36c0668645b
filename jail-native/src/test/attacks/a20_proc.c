/*
 * A20. Memory, environment, descriptors and knobs of the helper and the runner through /proc. Expected: EACCES, or
 * EPERM where the kernel says that.
 */
#include "attack.h"

static void look(const char *name, pid_t pid) {
  static const struct {
    const char *file;
    int flags;
  } files[] = {{"mem", O_RDWR},         {"mem", O_RDONLY},          {"environ", O_RDONLY},
               {"maps", O_RDONLY},      {"smaps", O_RDONLY},        {"auxv", O_RDONLY},
               {"oom_score_adj", O_RDWR}, {"coredump_filter", O_RDWR}, {"autogroup", O_RDWR},
               {"clear_refs", O_WRONLY}, {"fd", O_RDONLY | O_DIRECTORY}, {"fdinfo", O_RDONLY | O_DIRECTORY},
               {"map_files", O_RDONLY | O_DIRECTORY}};
  static const char *const links[] = {"exe", "cwd", "root", "ns/net"};
  char path[60], label[48], to[100];
  for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
    snprintf(path, sizeof path, "/proc/%d/%s", pid, files[i].file);
    snprintf(label, sizeof label, "%s %s", name, files[i].file);
    char byte;
    int file = open(path, files[i].flags);
    int shut = file < 0 && (errno == EACCES || errno == EPERM || errno == ENOENT);
    if (file >= 0 && !(files[i].flags & (O_DIRECTORY | O_RDWR | O_WRONLY))) {
      /* Some open and give nothing away. */
      ssize_t got = read(file, &byte, 1);
      shut = got <= 0;
    }
    outcome(label, shut ? EACCES : 0);
    if (file >= 0) {
      close(file);
    }
  }
  for (size_t i = 0; i < sizeof links / sizeof *links; i++) {
    snprintf(path, sizeof path, "/proc/%d/%s", pid, links[i]);
    snprintf(label, sizeof label, "%s %s", name, links[i]);
    attempt(label, readlink(path, to, sizeof to));
  }
}

int main(int argc, char **argv) {
  for (const char *const *name = targets(argc, argv); *name != NULL; name++) {
    look(*name, target(*name));
  }
  return verdict("done");
}
