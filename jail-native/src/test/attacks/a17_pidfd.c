/*
 * A17. Signals through descriptors of processes: opened by number, the directory in /proc, the peer of a socket.
 * Expected: EPERM, in m1 already when such a descriptor is opened.
 */
#include "attack.h"

#include <sys/socket.h>
#include <sys/un.h>

#define PEER_DESCRIPTOR 77 /* SO_PEERPIDFD, Linux 6.5 */

static void signal_through(const char *label, long descriptor) {
  if (descriptor < 0) {
    attempt(label, descriptor);
    return;
  }
  attempt(label, syscall(SYS_pidfd_send_signal, descriptor, SIGKILL, NULL, 0));
  close((int)descriptor);
}

static void through_peer(const char *path) {
  struct sockaddr_un name = {.sun_family = AF_UNIX};
  snprintf(name.sun_path, sizeof name.sun_path, "%s", path);
  int peer = socket(AF_UNIX, SOCK_STREAM, 0), descriptor = -1;
  socklen_t length = sizeof descriptor;
  if (connect(peer, (struct sockaddr *)&name, sizeof name) != 0) {
    attempt("connect", -1);
  } else if (getsockopt(peer, SOL_SOCKET, PEER_DESCRIPTOR, &descriptor, &length) == 0) {
    signal_through("peer", descriptor);
  } else if (errno != ENOPROTOOPT) {
    attempt("peer", -1);
  }
}

int main(int argc, char **argv) {
  for (const char *const *name = targets(argc, argv); *name != NULL; name++) {
    char label[40], path[40];
    pid_t pid = target(*name);
    signal_through(*name, syscall(SYS_pidfd_open, pid, 0));
    snprintf(label, sizeof label, "thread of %s", *name);
    long thread = syscall(SYS_pidfd_open, pid, O_EXCL);
    if (thread >= 0 || errno != EINVAL) { /* PIDFD_THREAD, Linux 6.9 */
      signal_through(label, thread);
    }
    snprintf(label, sizeof label, "/proc of %s", *name);
    snprintf(path, sizeof path, "/proc/%d", pid);
    signal_through(label, open(path, O_RDONLY | O_DIRECTORY));
  }
  const char *path = getenv("ATTACK_SOCKET");
  if (path != NULL) {
    through_peer(path);
  }
  return verdict("done");
}
