/*
 * Pseudo-terminals. A terminal belongs to the user that counts for files in the thread that opens it, so
 * that a thread which acts for files as another user gives it to that user without being permitted to.
 */
#ifndef PK_PTY_H
#define PK_PTY_H

enum pty_step {
  PTY_OPENED,
  PTY_NO_MASTER, /* There is no /dev/ptmx, or no more terminals. */
  PTY_NO_END,    /* The end of programs cannot be opened. */
  PTY_NO_NAME    /* /dev/pts is not mounted, or not the one of /dev/ptmx: programs could not find theirs. */
};

struct pty {
  int master; /* Shows and types; not blocking. */
  int end;    /* That of programs. Both are closed by exec, and neither controls this process. */
  char name[64];
};

/* On another answer than PTY_OPENED errno says why, and nothing is open. */
enum pty_step pty_open(struct pty *pty);

/* What to tell people, without errno's words. */
const char *pty_sentence(enum pty_step step);

/* Its programs get SIGWINCH where that is another size. 0, or -1 with errno. */
int pty_resize(int master, unsigned short rows, unsigned short columns);

#endif
