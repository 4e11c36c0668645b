/*
 * pk-jail --enter UID:GID -- PROGRAM ARGS...
 *
 * Becomes an ordinary user that keeps SETUID, SETGID and KILL and nothing else, and is replaced by
 * PROGRAM: the way from a container's init to a runner that starts its programs in mode m2. PROGRAM has
 * the three as ambient capabilities, so it hands them on to what it starts, and nothing more than them
 * is permitted, so no C library takes it for a set-id program.
 */
#ifndef PK_ENTER_H
#define PK_ENTER_H

/* Returns only when it failed: 125, or 126 or 127 when PROGRAM could not be started; and has said why. */
int enter(const char *ids, char *const argv[]);

#endif
