#define _GNU_SOURCE
#include "spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "capabilities.h"
#include "descriptors.h"

/* What the steps of containment share. */
struct containment {
  const struct launch *launch;
  const struct filter_program *guard;
  int report;  /* Where a failure is told; closed by exec. */
  int ruleset; /* Landlock, prepared and not yet in force; -1 for none. */
};

static int new_session(struct containment *c) {
  if (setsid() < 0) {
    return -1;
  }
  return c->launch->terminal ? ioctl(0, TIOCSCTTY, 0) : 0;
}

static int close_descriptors(struct containment *c) {
  int kept[LAUNCH_KEEP + 1];
  size_t count = c->launch->keep_count;
  for (size_t i = 0; i < count; i++) {
    kept[i] = c->launch->keep[i];
    if (fcntl(kept[i], F_SETFD, 0) != 0) {
      return -1; /* It was promised and is not open. */
    }
  }
  kept[count++] = c->report;
  descriptors_close_all_but(kept, count);
  return 0;
}

static int reset_signals(struct containment *c) {
  /* The bare call, for the C library hides two, which may be ignored by inheritance. Zeroes are SIG_DFL
     in the kernel's layout on every architecture; KILL and STOP refuse. */
  static const char standard[64] __attribute__((aligned(8)));
  for (int sig = 1; sig < NSIG; sig++) {
    syscall(SYS_rt_sigaction, sig, standard, NULL, NSIG / 8);
  }
  sigset_t none;
  sigemptyset(&none);
  umask(c->launch->umask);
  return sigprocmask(SIG_SETMASK, &none, NULL);
}

static int limit_resources(struct containment *c) {
  for (int resource = 0; resource < RLIM_NLIMITS; resource++) {
    const struct launch_limit *limit = &c->launch->limits[resource];
    if (limit->given && setrlimit((__rlimit_resource_t)resource, &limit->value) != 0) {
      return -1;
    }
  }
  return 0;
}

static int prepare_paths(struct containment *c) {
  return landlock_prepare(&c->launch->paths, &c->ruleset) == JAIL_OK ? 0 : -1;
}

static int drop_ids(struct containment *c) {
  const struct launch *launch = c->launch;
  if (launch->mode == LAUNCH_M1) {
    return capabilities_drop_all();
  }
  capabilities_bound(0);
  if (setgroups(launch->group_count, launch->groups) != 0 ||
      setresgid(launch->gid, launch->gid, launch->gid) != 0 ||
      setresuid(launch->uid, launch->uid, launch->uid) != 0 || capabilities_drop_all() != 0) {
    return -1; /* Only root loses its capabilities by becoming another user. */
  }
  if (setuid(0) == 0) {
    errno = EPERM; /* The way back is open: never go on. */
    return -1;
  }
  return 0;
}

static int change_directory(struct containment *c) {
  return c->launch->cwd == NULL ? 0 : chdir(c->launch->cwd);
}

static int change_environment(struct containment *c) {
  if (c->launch->clear_environment && clearenv() != 0) {
    return -1;
  }
  for (size_t i = 0; i < c->launch->environment_count; i++) {
    char *change = c->launch->environment[i];
    if ((*change == '+' ? putenv(change + 1) : unsetenv(change + 1)) != 0) {
      return -1;
    }
  }
  return 0;
}

static int no_new_privileges(struct containment *c) {
  (void)c;
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

static int enforce_paths(struct containment *c) {
  return landlock_enforce(c->ruleset) == JAIL_OK ? 0 : -1;
}

static int install_filters(struct containment *c) {
  if (c->guard != NULL && filter_install(c->guard) != JAIL_OK) {
    return -1;
  }
  return c->launch->filter.code == NULL || filter_install(&c->launch->filter) == JAIL_OK ? 0 : -1;
}

/* The order of containment. Each position has its reason; a step that fails ends the child. */
static const struct {
  const char *name;
  int (*perform)(struct containment *);
} steps[] = {
    {"session", new_session},           /* First: signals and the terminal go by the session. */
    {"descriptors", close_descriptors}, /* Before anything is opened that must stay open. */
    {"signals", reset_signals},         /* The helper's handlers must not run in the child. */
    {"limits", limit_resources},        /* While raising a hard limit is still permitted. */
    {"user", drop_ids},                 /* From here on the child can less than the helper. */
    {"paths", prepare_paths},           /* As the user: the helper may not reach what it owns. */
    {"directory", change_directory},    /* As the user: no directory that it may not enter. */
    {"environment", change_environment},  /* Late: the C library of the steps above reads it. */
    {"privileges", no_new_privileges},  /* Both of the next two ask for it. */
    {"landlock", enforce_paths},        /* Before the filter, which may refuse Landlock's calls. */
    {"filter", install_filters},        /* Last: nothing of ours but exec must pass it. */
};

static void report_and_exit(int report, const char *step, int status) {
  struct spawn_failure failure = {.error = errno};
  snprintf(failure.step, sizeof failure.step, "%s", step);
  ssize_t written = write(report, &failure, sizeof failure);
  _exit(written == sizeof failure ? status : EXIT_NOT_STARTED);
}

/* execvp says EACCES for a program that is nowhere when one directory of the PATH is closed to the user. */
static int is_nowhere(const char *program) {
  const char *path = getenv("PATH");
  char candidate[PATH_MAX];
  if (strchr(program, '/') != NULL || path == NULL) {
    return 0;
  }
  for (const char *end; path != NULL; path = *end == '\0' ? NULL : end + 1) {
    end = strchrnul(path, ':');
    int length = snprintf(candidate, sizeof candidate, "%.*s/%s", (int)(end - path), path, program);
    if (length > 0 && (size_t)length < sizeof candidate && access(candidate, F_OK) == 0) {
      return 0;
    }
  }
  return 1;
}

static void be_child(struct containment *c, int go, char *const argv[]) {
  char byte;
  ssize_t got;
  do {
    got = read(go, &byte, 1);
  } while (got < 0 && errno == EINTR);
  if (got != 1) {
    _exit(EXIT_NOT_STARTED); /* The helper is gone. */
  }
  for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
    if (steps[i].perform(c) != 0) {
      report_and_exit(c->report, steps[i].name, EXIT_NOT_STARTED);
    }
  }
  execvp(argv[0], argv);
  if (errno == EACCES) {
    errno = is_nowhere(argv[0]) ? ENOENT : EACCES;
  }
  report_and_exit(c->report, "exec", errno == ENOENT ? EXIT_NOT_FOUND : EXIT_NOT_STARTED);
}

static void close_pair(const int pair[2]) {
  int saved = errno;
  close(pair[0]);
  close(pair[1]);
  errno = saved;
}

enum jail_status spawn_start(const struct launch *launch, const struct filter_program *guard,
                             char *const argv[], struct spawn *spawn) {
  int go[2], failure[2];
  if (pipe2(go, O_CLOEXEC) != 0) {
    return JAIL_SYSTEM;
  }
  if (pipe2(failure, O_CLOEXEC) != 0) {
    close_pair(go);
    return JAIL_SYSTEM;
  }
  pid_t child = fork();
  if (child < 0) {
    close_pair(go);
    close_pair(failure);
    return JAIL_SYSTEM;
  }
  if (child == 0) {
    struct containment c = {launch, guard, failure[1], -1};
    close(go[1]);
    be_child(&c, go[0], argv);
  }
  close(go[0]);
  close(failure[1]);
  *spawn = (struct spawn){child, go[1], failure[0]};
  return JAIL_OK;
}

enum jail_status spawn_release(struct spawn *spawn) {
  ssize_t written = write(spawn->go, "", 1);
  close(spawn->go);
  spawn->go = -1;
  return written == 1 ? JAIL_OK : JAIL_SYSTEM;
}

int spawn_failed(struct spawn *spawn, struct spawn_failure *failure) {
  if (fcntl(spawn->failure, F_SETFL, O_NONBLOCK) != 0) {
    return 0;
  }
  failure->error = 0;
  ssize_t got = read(spawn->failure, failure, sizeof *failure);
  close(spawn->failure);
  spawn->failure = -1;
  failure->step[sizeof failure->step - 1] = '\0';
  return got == (ssize_t)sizeof *failure;
}
