/*
 * pk-jail: runs one program in a jail.
 *
 *   pk-jail --launch FILE|FD [--events FILE|FD] [--answers FILE|FD] -- PROGRAM ARGS...
 *   pk-jail --enter UID:GID -- PROGRAM ARGS...      no jail, but the way to a user that makes them: enter.h
 *
 * Reads a launch description (launch.h), starts PROGRAM contained by it, and ends as the program does:
 * its exit status, or 128+n when signal n ended it; 127 when it was not found, 126 when it could not be
 * started, 125 when the jail itself could not be made. Nothing that the program started survives.
 *
 * Signals (signals.h): INT, QUIT, USR1, USR2 and WINCH go to the program's process group; so do TERM and HUP, and
 * everything is killed after the grace period. INT does not start the period: interpreters take it as
 * "stop the computation". When the events go into a pipe and nobody has its other end any more, it is
 * as if TERM had come.
 *
 * Of what it inherits it closes all but 0 to 2, the descriptors named above and those to keep.
 *
 * Events, a JSON object a line, to a descriptor or to a file or FIFO that is appended to. A FIFO must have
 * its reader, or the helper waits for one before anything else:
 *   {"event":"started","pid":N}
 *   {"event":"refused","call":"connect","nr":42,"errno":1,"pid":N,"program":"python3","count":1,
 *    "args":["0x3","0x7ffe...","0x10"]}              "watched" instead of "refused" in watch mode
 *   {"event":"use","program":"python3","call":"connect","count":17}      watch mode, at the end
 *   {"event":"ask","id":1,"call":"socket","nr":41,...,"args":[all six]}    answered by "1 0\n" or "1 13\n"
 *   {"event":"failed","step":"exec","errno":2,"sentence":"..."}
 *   {"event":"exit","status":3 | "signal":11,"user_us":N,"system_us":N,"max_rss_kib":N,
 *    "max_processes":N,"max_threads":N,"execs":N,"creations":N,"refused":{"connect":17},"dropped_events":N}
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "capabilities.h"
#include "descriptors.h"
#include "enter.h"
#include "events.h"
#include "guard.h"
#include "launch.h"
#include "signals.h"
#include "spawn.h"
#include "trace_loop.h"

#define LARGEST_LAUNCH (4 << 20)

struct jail {
  struct launch launch;
  struct events events;
  struct filter_program guard;
  struct spawn spawn;
  struct asks asks;
  struct trace *trace;
};

static int complain(struct jail *jail, const char *step, int error, const char *sentence) {
  fprintf(stderr, "pk-jail: %s\n", sentence);
  events_begin(&jail->events, "failed");
  events_text(&jail->events, "step", step);
  events_number(&jail->events, "errno", error);
  events_text(&jail->events, "sentence", sentence);
  events_send(&jail->events, 1);
  return EXIT_NO_JAIL;
}

static int complain_errno(struct jail *jail, const char *step, const char *what) {
  char sentence[300];
  int error = errno;
  snprintf(sentence, sizeof sentence, "%s: %s.", what, strerror(error));
  return complain(jail, step, error, sentence);
}

static int is_number(const char *text, int *number) {
  char *end;
  long value = strtol(text, &end, 10);
  *number = (int)value;
  return *text >= '0' && *text <= '9' && *end == '\0' && value <= INT_MAX;
}

/* Everything behind a descriptor, NULL with errno when it cannot be read or is too long. */
static char *read_all(int fd, size_t *length) {
  char *text = malloc(LARGEST_LAUNCH);
  *length = 0;
  while (text != NULL) {
    ssize_t got = read(fd, text + *length, LARGEST_LAUNCH - *length);
    if (got == 0) {
      return text;
    }
    if (got < 0 && errno == EINTR) {
      continue;
    }
    *length += got > 0 ? (size_t)got : 0;
    if (got < 0 || *length == LARGEST_LAUNCH) {
      int saved = got < 0 ? errno : EFBIG;
      free(text);
      errno = saved;
      return NULL;
    }
  }
  return NULL;
}

static int open_events(struct jail *jail, const char *to) {
  if (to == NULL) {
    return 0;
  }
  int fd;
  if (!is_number(to, &fd)) {
    fd = open(to, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  } else if (fd <= 2) {
    fd = fcntl(fd, F_DUPFD_CLOEXEC, 3); /* 0 and 1 will be let go of. */
  }
  jail->events.fd = fd;
  return fd >= 0 ? 0 : complain_errno(jail, "events", "The events cannot be written");
}

/* After the events: who serves both must open its ends in this order too. */
static int open_answers(struct jail *jail, const char *from) {
  int fd = -1;
  if (from != NULL && !is_number(from, &fd)) {
    fd = open(from, O_RDONLY | O_CLOEXEC);
  } else if (from != NULL && fd <= 2) {
    fd = fcntl(fd, F_DUPFD_CLOEXEC, 3);
  }
  return (from == NULL || fd >= 0) && asks_begin(&jail->asks, fd) == JAIL_OK
             ? 0
             : complain_errno(jail, "answers", "The answers cannot be read");
}

static int read_launch(struct jail *jail, const char *from) {
  int fd;
  if (!is_number(from, &fd)) {
    fd = open(from, O_RDONLY | O_CLOEXEC);
  }
  size_t length;
  char *text = fd < 0 ? NULL : read_all(fd, &length);
  if (text == NULL) {
    return complain_errno(jail, "launch", "The launch description cannot be read");
  }
  close(fd);
  struct launch_problem problem = {0};
  enum jail_status status = launch_parse(text, length, &jail->launch, &problem);
  free(text);
  if (status != JAIL_OK) {
    char sentence[300];
    snprintf(sentence, sizeof sentence, "Launch description, line %d: %s", problem.line,
             status == JAIL_BAD_LAUNCH ? problem.sentence : "There is not enough memory.");
    return complain(jail, "launch", status == JAIL_BAD_LAUNCH ? EINVAL : ENOMEM, sentence);
  }
  for (size_t i = 0; i < jail->launch.keep_count; i++) {
    /* Now, while nothing of ours can have taken the number. */
    if (jail->launch.keep[i] == jail->events.fd || jail->launch.keep[i] == jail->asks.fd ||
        jail->launch.keep[i] == jail->asks.signals || fcntl(jail->launch.keep[i], F_GETFD) < 0) {
      return complain(jail, "launch", EBADF,
                      "Expected every kept descriptor to be open and another than that of the events, "
                      "but one is not.");
    }
  }
  if (jail->launch.mode == LAUNCH_M2 && (!capabilities_supervise() || geteuid() == jail->launch.uid)) {
    return complain(jail, "launch", EPERM,
                    "Expected to be another user than the program's in mode m2, with the capabilities "
                    "SETUID, SETGID and KILL, but it is not so: use --enter, or mode m1.");
  }
  return 0;
}

/* Who started the helper may have let it inherit ends of pipes that others wait for the end of. */
static void close_strangers(struct jail *jail) {
  int kept[LAUNCH_KEEP + 3] = {jail->events.fd, jail->asks.fd, jail->asks.signals};
  memcpy(kept + 3, jail->launch.keep, jail->launch.keep_count * sizeof *kept);
  descriptors_close_all_but(kept, jail->launch.keep_count + 3);
}

/* Mode m1: what the kernel does not refuse because the ids are equal. */
static int prepare_guard(struct jail *jail) {
  struct launch *launch = &jail->launch;
  if (launch->mode == LAUNCH_M2) {
    return 0;
  }
  pid_t processes[LAUNCH_PROTECT + 1];
  memcpy(processes, launch->protect, launch->protect_count * sizeof *processes);
  processes[launch->protect_count] = getpid();
  launch->paths.domain = 1;
  launch->paths.scopes |= LANDLOCK_NO_SIGNALS;
  return guard_compile(processes, launch->protect_count + 1, &jail->guard) == JAIL_OK
             ? 0
             : complain(jail, "guard", ENOMEM, "The filter of mode m1 could not be made.");
}

/* The helper keeps nothing of the program's open: a pipe must end when the program closes it. */
static void let_go_of_descriptors(struct jail *jail) {
  int null = open("/dev/null", O_RDWR | O_CLOEXEC);
  for (int fd = 0; fd < 2; fd++) {
    if (null < 0 || dup2(null, fd) < 0) {
      close(fd);
    }
  }
  if (null > 2) {
    close(null);
  }
  for (size_t i = 0; i < jail->launch.keep_count; i++) {
    int fd = jail->launch.keep[i];
    if (fd > 2 && fd != jail->events.fd && fd != jail->spawn.go && fd != jail->spawn.failure) {
      close(fd);
    }
  }
}

static int start(struct jail *jail, char *const argv[]) {
  jail->trace = trace_new(&jail->launch, &jail->events, &jail->asks);
  if (jail->trace == NULL) {
    return complain(jail, "trace", ENOMEM, "There is not enough memory to trace.");
  }
  if (jail->launch.caller != 0 && (prctl(PR_SET_PDEATHSIG, SIGTERM, 0, 0, 0) != 0 ||
                                   getppid() != jail->launch.caller)) {
    return complain(jail, "caller", ESRCH, "Who started this has ended already.");
  }
  prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
  /* The child must be dumpable to be seized. It is not when who started us acts for files as another
     user: the file system user then changes by the exec. */
  prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
  signals_block(SIG_BLOCK);
  if (spawn_start(&jail->launch, jail->guard.code == NULL ? NULL : &jail->guard, argv,
                  &jail->spawn) != JAIL_OK) {
    return complain_errno(jail, "fork", "The first process cannot be made");
  }
  if (trace_seize(jail->trace, jail->spawn.child) != JAIL_OK) {
    int error = errno;
    kill(jail->spawn.child, SIGKILL);
    waitpid(jail->spawn.child, NULL, 0);
    errno = error;
    return complain_errno(jail, "seize",
                          error == EPERM ? "Tracing is not permitted here (inside another jail?)"
                                         : "The first process cannot be traced");
  }
  prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
  let_go_of_descriptors(jail);
  signals_forward(jail->spawn.child, jail->launch.grace_ms, jail->events.fd);
  signals_block(SIG_UNBLOCK);
  return spawn_release(&jail->spawn) == JAIL_OK
             ? 0
             : complain_errno(jail, "release", "The first process cannot be let go");
}

static void tell_end(struct jail *jail, const struct trace_result *result) {
  struct events *events = &jail->events;
  const struct rusage *usage = &result->usage;
  events_begin(events, "exit");
  if (WIFSIGNALED(result->status)) {
    events_number(events, "signal", WTERMSIG(result->status));
  } else {
    events_number(events, "status", WEXITSTATUS(result->status));
  }
  events_number(events, "user_us", usage->ru_utime.tv_sec * 1000000LL + usage->ru_utime.tv_usec);
  events_number(events, "system_us", usage->ru_stime.tv_sec * 1000000LL + usage->ru_stime.tv_usec);
  events_number(events, "max_rss_kib", usage->ru_maxrss);
  trace_summary(jail->trace, events);
  events_number(events, "dropped_events", (long long)events->dropped);
  events_send(events, 1);
}

static int finish(struct jail *jail, char *const argv[]) {
  struct trace_result result;
  if (trace_run(jail->trace, &result) != JAIL_OK) {
    return complain_errno(jail, "trace", "The first process was lost");
  }
  struct spawn_failure failure;
  if (!result.started && spawn_failed(&jail->spawn, &failure)) {
    char sentence[300];
    snprintf(sentence, sizeof sentence, "'%.150s' was not started, step %s: %s.", argv[0],
             failure.step, strerror(failure.error));
    complain(jail, failure.step, failure.error, sentence);
  }
  tell_end(jail, &result);
  return WIFSIGNALED(result.status) ? 128 + WTERMSIG(result.status) : WEXITSTATUS(result.status);
}

static int usage(void) {
  fputs("Expected: pk-jail --launch FILE|FD [--events FILE|FD] [--answers FILE|FD] -- PROGRAM "
        "ARGS...\n     or: pk-jail --enter UID:GID -- PROGRAM ARGS...\n", stderr);
  return EXIT_NO_JAIL;
}

int main(int argc, char **argv) {
  static struct jail jail = {.events = {.fd = -1}, .spawn = {.child = -1, .go = -1, .failure = -1}};
  const char *launch = NULL, *events = NULL, *answers = NULL;
  int at = 1;
  if (argc > 4 && strcmp(argv[1], "--enter") == 0 && strcmp(argv[3], "--") == 0) {
    return enter(argv[2], argv + 4);
  }
  for (; at + 1 < argc && strcmp(argv[at], "--") != 0; at += 2) {
    if (strcmp(argv[at], "--launch") == 0) {
      launch = argv[at + 1];
    } else if (strcmp(argv[at], "--events") == 0) {
      events = argv[at + 1];
    } else if (strcmp(argv[at], "--answers") == 0) {
      answers = argv[at + 1];
    } else {
      return usage();
    }
  }
  if (launch == NULL || at + 1 >= argc || strcmp(argv[at], "--") != 0) {
    return usage();
  }
  char *const *program = argv + at + 1;
  signal(SIGPIPE, SIG_IGN);
  signal(SIGCHLD, SIG_DFL); /* Inherited as ignored, it would lose every exit status. */
  int failed = open_events(&jail, events);
  if (failed == 0) {
    failed = open_answers(&jail, answers);
  }
  if (failed == 0) {
    failed = read_launch(&jail, launch);
  }
  if (failed == 0) {
    close_strangers(&jail);
    failed = prepare_guard(&jail);
  }
  if (failed == 0) {
    failed = start(&jail, program);
  }
  int status = failed != 0 ? failed : finish(&jail, program);
  if (jail.trace != NULL) {
    trace_free(jail.trace);
  }
  filter_free(&jail.guard);
  launch_free(&jail.launch);
  return status;
}
