/* A14. Signals to the helper, the runner and process 1, and to their groups. Expected: EPERM. */
#include "attack.h"

int main(int argc, char **argv) {
  static const int signals[] = {SIGKILL, SIGTERM, SIGSTOP, SIGINT};
  for (const char *const *name = targets(argc, argv); *name != NULL; name++) {
    pid_t pid = target(*name), group = getpgid(pid);
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
      char label[40];
      snprintf(label, sizeof label, "%s %d", *name, signals[i]);
      attempt(label, kill(pid, signals[i]));
      if (group > 1) {
        snprintf(label, sizeof label, "group of %s %d", *name, signals[i]);
        attempt(label, kill(-group, signals[i]));
      }
    }
  }
  return verdict("done");
}
