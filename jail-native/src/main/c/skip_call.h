/* The one place of the tracer that knows an architecture's registers. */
#ifndef PK_SKIP_CALL_H
#define PK_SKIP_CALL_H

#include <sys/types.h>

/* At a seccomp stop: the call does not happen, and its caller sees this result (a negative errno). */
void skip_call(pid_t tid, long value);

#endif
