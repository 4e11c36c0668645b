#define _GNU_SOURCE
#include "signals.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

static const int forwarded[] = {SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGWINCH};

/* Only for signal handlers, which get no argument of ours. */
static struct {
  pid_t child;
  long grace_ms;
  int events;
  int ending; /* The grace period runs; further signals do not begin it again. */
} running;

static void forward(int sig) {
  int saved = errno;
  if (kill(-running.child, sig) != 0) {
    kill(running.child, sig); /* Its session is not made yet. */
  }
  if ((sig == SIGTERM || sig == SIGHUP) && !running.ending) {
    running.ending = 1;
    long ms = running.grace_ms < 1 ? 1 : running.grace_ms;
    struct itimerval grace = {
        .it_value = {.tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000},
        .it_interval = {.tv_sec = 1}};
    setitimer(ITIMER_REAL, &grace, NULL);
  }
  errno = saved;
}

static void end_grace(int sig) {
  int saved = errno;
  (void)sig;
  kill(running.child, SIGKILL); /* Its end makes the tracer kill the rest. */
  errno = saved;
}

/* Comes when the pipe of the events changes: it was read, or has no reader any more. */
static void on_events(int sig) {
  int saved = errno;
  struct pollfd pipe = {.fd = running.events};
  (void)sig;
  if (poll(&pipe, 1, 0) == 1 && (pipe.revents & POLLERR) != 0 && !running.ending) {
    forward(SIGTERM);
  }
  errno = saved;
}

static void watch_events(void) {
  struct stat about;
  if (running.events < 0 || fstat(running.events, &about) != 0 || !S_ISFIFO(about.st_mode)) {
    return;
  }
  int flags = fcntl(running.events, F_GETFL);
  if (flags >= 0 && fcntl(running.events, F_SETOWN, getpid()) == 0 &&
      fcntl(running.events, F_SETFL, flags | O_ASYNC) == 0) {
    raise(SIGIO); /* It may have happened already. */
  }
}

void signals_forward(pid_t child, long grace_ms, int events) {
  running.child = child;
  running.grace_ms = grace_ms;
  running.events = events;
  struct sigaction action = {.sa_handler = forward, .sa_flags = SA_RESTART};
  sigfillset(&action.sa_mask);
  for (size_t i = 0; i < sizeof forwarded / sizeof *forwarded; i++) {
    sigaction(forwarded[i], &action, NULL);
  }
  /* The helper may speak on a terminal that has another program in its foreground. */
  signal(SIGTTOU, SIG_IGN);
  signal(SIGTTIN, SIG_IGN);
  signal(SIGTSTP, SIG_IGN);
  action.sa_handler = end_grace;
  sigaction(SIGALRM, &action, NULL);
  action.sa_handler = on_events;
  sigaction(SIGIO, &action, NULL);
  watch_events();
}

void signals_ignore(void) {
  for (size_t i = 0; i < sizeof forwarded / sizeof *forwarded; i++) {
    signal(forwarded[i], SIG_IGN);
  }
  signal(SIGIO, SIG_IGN);
}

void signals_block(int how) {
  sigset_t all;
  sigfillset(&all);
  if (how == SIG_UNBLOCK) {
    sigdelset(&all, SIGCHLD); /* Asks read it from a descriptor; nothing else needs it. */
  }
  sigprocmask(how, &all, NULL);
}
