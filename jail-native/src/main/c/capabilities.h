/*
 * The three capabilities with which an ordinary user may supervise another one (mode m2): SETUID and
 * SETGID to make the program another user, KILL to end it.
 */
#ifndef PK_CAPABILITIES_H
#define PK_CAPABILITIES_H

/* 1 when this thread has all three, effective. */
int capabilities_supervise(void);

/* Exactly the three, in permitted, effective, inheritable and ambient: 0, or -1 with errno. */
int capabilities_keep_three(void);

/* None at all, ambient ones included: 0, or -1 with errno. */
int capabilities_drop_all(void);

/*
 * Takes everything but "kept" (a mask) out of the bounding set, as far as that is permitted: without
 * SETPCAP it is not, and no_new_privs then keeps the set without effect.
 */
void capabilities_bound(unsigned long kept);

#define CAPABILITIES_OF_SUPERVISOR (1UL << 5 | 1UL << 6 | 1UL << 7) /* KILL, SETGID, SETUID */

#endif
