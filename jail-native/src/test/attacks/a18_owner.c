/*
 * A18. A descriptor that signals its owner, SIGKILL to the helper or the runner, when something is written. Expected
 * in m2: the kernel sends no signal to another user's process; in m1: EPERM.
 */
#include "attack.h"

#include <sys/ioctl.h>
#include <sys/socket.h>

#ifndef FIOSETOWN
#define FIOSETOWN 0x8901
#endif
#ifndef SIOCSPGRP
#define SIOCSPGRP 0x8902
#endif

static void give(const char *how, const char *name, long result) {
  char label[40];
  int error = errno;
  snprintf(label, sizeof label, "%s %s", how, name);
  errno = error;
  attempt(label, result);
}

int main(int argc, char **argv) {
  for (const char *const *name = targets(argc, argv); *name != NULL; name++) {
    int pid = target(*name);
    struct f_owner_ex owner = {F_OWNER_TID, pid};
    for (int way = 0; way < 4; way++) {
      int ends[2];
      if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) {
        return 1;
      }
      if (way == 0) {
        give("owner", *name, fcntl(ends[0], F_SETOWN, pid));
      } else if (way == 1) {
        give("owner thread", *name, fcntl(ends[0], F_SETOWN_EX, &owner));
      } else if (way == 2) {
        give("ioctl", *name, ioctl(ends[0], FIOSETOWN, &pid));
      } else {
        give("socket ioctl", *name, ioctl(ends[0], SIOCSPGRP, &pid));
      }
      give("signal", *name, fcntl(ends[0], F_SETSIG, SIGKILL));
      fcntl(ends[0], F_SETFL, O_ASYNC | O_NONBLOCK);
      if (write(ends[1], "x", 1) != 1) {
        return 1;
      }
      close(ends[0]);
      close(ends[1]);
    }
  }
  return verdict("harmless");
}
