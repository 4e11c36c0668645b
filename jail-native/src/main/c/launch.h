/*
 * The launch description: everything about one jailed program but its name and arguments.
 *
 * Text, one setting a line, "key value ..."; blank lines and lines that begin with # are skipped. In a
 * value that ends a line (marked T) a backslash escapes: \\ is a backslash, \n a new line. The first
 * line is the format's name. An unknown key, a wrong value or a missing first line refuses the whole
 * description, with the line's number.
 *
 *   pk-jail 1                    the format and its version
 *   mode m1|m2                   m2 (default): the helper is root, or another user with SETUID, SETGID
 *                                and KILL, and only the child drops its ids;
 *                                m1: the helper has the user's own id
 *   user UID GID [GROUP ...]     m2: the child's ids and supplementary groups; required there
 *   policy T                     the policy's name, for messages
 *   filter HEX                   the seccomp program, 16 hexadecimal digits an instruction, bytes in
 *                                memory order; without it no filter is installed
 *   rlimit NAME SOFT HARD        NAME core, nproc, nofile, as, cpu, fsize, memlock, stack, data;
 *                                numbers or "unlimited". core is 0 unless given
 *   max-processes N              processes alive at once, the program itself included; no line: no limit
 *   max-threads N                threads alive at once, first threads of processes not counted
 *   max-creations N              processes and threads created in all
 *   max-execs N                  programs started, the first not counted
 *   restrict CLASSES             path classes (letters of r, w, x) that only "path" lines allow
 *   path CLASSES T               a path, or everything under a directory
 *   scope signals|abstract       Landlock scopes: no signals to, no abstract sockets of, the outside
 *   protect PID                  m1: a process that the program may not signal; the helper is always one
 *   cwd T                        working directory
 *   umask OCTAL                  022 unless given
 *   clear-environment            begin with an empty environment
 *   unset NAME                   remove one variable
 *   set NAME=T                   set one variable (split at the first =)
 *   keep FD                      a descriptor that the program inherits besides 0, 1, 2
 *   terminal                     descriptor 0 becomes the controlling terminal
 *   watch                        refuse nothing that is traced; report everything
 *   messages                     also say refusals on descriptor 2, once a call
 *   caller PID                   who starts the helper: SIGTERM comes when the thread that did it ends
 *   grace-ms N                   from SIGTERM or SIGHUP until everything is killed; 5000 unless given
 *
 * Data of RET_TRACE in the filter's answers: 1 the tracer counts (creation of processes and threads,
 * execve); 3 ask outside (asks.h); 9 report and let through; 0x1000 with an errno in the lower bits: refuse with it and report;
 * anything else is refused with EPERM and reported.
 */
#ifndef PK_LAUNCH_H
#define PK_LAUNCH_H

#include <stddef.h>
#include <sys/resource.h>
#include <sys/types.h>

#include "jail_status.h"
#include "landlock.h"
#include "seccomp_filter.h"

#define LAUNCH_GROUPS 64
#define LAUNCH_KEEP 32
#define LAUNCH_PROTECT 16

enum launch_mode { LAUNCH_M2, LAUNCH_M1 };

struct launch_limit {
  int given;
  struct rlimit value;
};

struct launch {
  char *text; /* Owns every string below. */
  enum launch_mode mode;
  int user_given;
  uid_t uid;
  gid_t gid;
  gid_t groups[LAUNCH_GROUPS];
  size_t group_count;
  const char *policy;
  struct filter_program filter;
  struct launch_limit limits[RLIM_NLIMITS];
  long max_processes; /* Negative: no limit; so for the next three. */
  long max_threads;
  long max_creations;
  long max_execs;
  struct landlock_rules paths;
  pid_t protect[LAUNCH_PROTECT];
  size_t protect_count;
  const char *cwd; /* NULL: the helper's own. */
  mode_t umask;
  int clear_environment;
  char **environment; /* "+NAME=value" sets, "-NAME" unsets, in order. */
  size_t environment_count;
  int keep[LAUNCH_KEEP];
  size_t keep_count;
  int terminal;
  int watch;
  int messages;
  pid_t caller; /* 0: its end is nothing to the jail. */
  long grace_ms;
};

struct launch_problem {
  int line;
  char sentence[200];
};

/* Reads a whole description. On JAIL_BAD_LAUNCH the problem says where and why. */
enum jail_status launch_parse(const char *text, size_t length, struct launch *launch,
                              struct launch_problem *problem);

void launch_free(struct launch *launch);

#endif
