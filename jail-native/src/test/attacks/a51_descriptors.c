/* A51. Looks for descriptors that lead out: all that it was not given on purpose. Expected: there are none. */
#include "attack.h"

int main(void) {
  for (int fd = 3; fd < 4096; fd++) {
    if (fcntl(fd, F_GETFD) >= 0) {
      char path[40], to[100] = "";
      snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
      if (readlink(path, to, sizeof to - 1) < 0) {
        snprintf(to, sizeof to, "?");
      }
      outcome(to, 0);
    }
  }
  if (attempt_count == 0) {
    printf("none\n");
    return 0;
  }
  return verdict("inherited");
}
