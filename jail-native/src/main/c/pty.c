#define _GNU_SOURCE
#include "pty.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#define END_FLAGS (O_RDWR | O_NOCTTY | O_CLOEXEC)

/* The kernel's own way; grantpt of older C libraries would change the owner, and fail. */
static int name_of(int master, char *name, size_t size) {
  int locked = 0;
  unsigned number;
  if (ioctl(master, TIOCSPTLCK, &locked) != 0 || ioctl(master, TIOCGPTN, &number) != 0) {
    return -1;
  }
  snprintf(name, size, "/dev/pts/%u", number);
  return 0;
}

static int open_end(int master, const char *name) {
  int end = -1;
#ifdef TIOCGPTPEER
  end = ioctl(master, TIOCGPTPEER, END_FLAGS);
#endif
  return end >= 0 ? end : open(name, END_FLAGS); /* Linux before 4.13. */
}

static int is_named(int end, const char *name) {
  struct stat opened, found;
  if (fstat(end, &opened) != 0 || stat(name, &found) != 0) {
    return 0;
  }
  errno = ENXIO;
  return opened.st_dev == found.st_dev && opened.st_ino == found.st_ino;
}

static enum pty_step give_up(struct pty *pty, enum pty_step step) {
  int saved = errno;
  if (pty->end >= 0) {
    close(pty->end);
  }
  if (pty->master >= 0) {
    close(pty->master);
  }
  errno = saved;
  return step;
}

enum pty_step pty_open(struct pty *pty) {
  pty->end = -1;
  pty->master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
  if (pty->master < 0 || name_of(pty->master, pty->name, sizeof pty->name) != 0) {
    return give_up(pty, PTY_NO_MASTER);
  }
  pty->end = open_end(pty->master, pty->name);
  if (pty->end < 0) {
    return give_up(pty, PTY_NO_END);
  }
  return is_named(pty->end, pty->name) ? PTY_OPENED : give_up(pty, PTY_NO_NAME);
}

const char *pty_sentence(enum pty_step step) {
  switch (step) {
  case PTY_NO_MASTER:
    return "Expected a new terminal, but /dev/ptmx does not give one: ";
  case PTY_NO_END:
    return "Expected a new terminal, but the end for programs cannot be opened: ";
  default:
    return "Expected a new terminal, but it is not in /dev/pts; mount the devpts of /dev/ptmx there: ";
  }
}

int pty_resize(int master, unsigned short rows, unsigned short columns) {
  struct winsize size = {.ws_row = rows, .ws_col = columns};
  return ioctl(master, TIOCSWINSZ, &size);
}
