/*
 * Signals to the helper, which are for the program: INT, QUIT, USR1, USR2 and WINCH go to its process
 * group; so do TERM and HUP, and everything is killed after the grace period.
 *
 * When the events go into a pipe and its reader is gone, the process that started the jail has ended,
 * however that came: then it is as if it had sent TERM. (A signal of the parent's death would come when
 * the thread that started us ends.)
 */
#ifndef PK_SIGNALS_H
#define PK_SIGNALS_H

#include <sys/types.h>

/* Forwards from now on. events: a descriptor, or -1. Once in a process's life. */
void signals_forward(pid_t child, long grace_ms, int events);

/* The child is gone, and its number may soon be another's: from now on they mean nothing. */
void signals_ignore(void);

/* SIG_BLOCK or SIG_UNBLOCK, for all but SIGCHLD, which stays as asks.h wants it. */
void signals_block(int how);

#endif
