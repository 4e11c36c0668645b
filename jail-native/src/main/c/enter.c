#define _GNU_SOURCE
#include "enter.h"

#include <errno.h>
#include <grp.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "capabilities.h"
#include "jail_status.h"

static int complain(const char *what) {
  fprintf(stderr, "pk-jail: %s: %s.\n", what, strerror(errno));
  return EXIT_NO_JAIL;
}

/* A number that ends with "end"; where it goes on, or NULL. */
static const char *read_id(const char *text, char end, unsigned *id) {
  char *after;
  errno = 0;
  unsigned long value = strtoul(text, &after, 10);
  *id = (unsigned)value;
  return *text >= '0' && *text <= '9' && *after == end && errno == 0 && value < UINT_MAX ? after + 1
                                                                                         : NULL;
}

static int read_ids(const char *text, uid_t *uid, gid_t *gid) {
  const char *group = read_id(text, ':', uid);
  if (group == NULL || read_id(group, '\0', gid) == NULL || *uid == 0) {
    fprintf(stderr, "pk-jail: Expected UID:GID in numbers, and a user other than root, but got '%s'.\n",
            text);
    return EXIT_NO_JAIL;
  }
  return 0;
}

int enter(const char *ids, char *const argv[]) {
  uid_t uid;
  gid_t gid;
  int failed = read_ids(ids, &uid, &gid);
  if (failed != 0) {
    return failed;
  }
  if (!capabilities_supervise()) {
    fputs("pk-jail: Expected the capabilities SETUID, SETGID and KILL to keep, but not all of them are "
          "there: start it as root in a container that has them.\n", stderr);
    return EXIT_NO_JAIL;
  }
  capabilities_bound(CAPABILITIES_OF_SUPERVISOR); /* First: SETPCAP is about to go. */
  if (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) != 0 || setgroups(0, NULL) != 0 ||
      setresgid(gid, gid, gid) != 0 || setresuid(uid, uid, uid) != 0) {
    return complain("This process cannot become that user");
  }
  if (capabilities_keep_three() != 0) {
    return complain("The capabilities cannot be kept");
  }
  /* A shell that starts something in the background leaves these two ignored. */
  signal(SIGINT, SIG_DFL);
  signal(SIGQUIT, SIG_DFL);
  execvp(argv[0], argv);
  failed = errno == ENOENT ? EXIT_NOT_FOUND : EXIT_NOT_STARTED;
  fprintf(stderr, "pk-jail: '%s' was not started: %s.\n", argv[0], strerror(errno));
  return failed;
}
